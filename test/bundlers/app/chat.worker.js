// The two addresses are put in by the test; an app on the real service writes `easemob()`.
import { easemob } from 'moorage/easemob';
import { serve } from 'moorage/worker';

serve({ service: easemob({ apiUrl: SERVICE_API_URL, socketUrl: SERVICE_SOCKET_URL }) });
