import { easemob } from 'moorage/easemob';
import { serve } from 'moorage/worker';

/** The example's server says where its service is; an app on the real service writes `easemob()`. */
const { VITE_API_URL: apiUrl = '', VITE_SOCKET_URL: socketUrl = '' } = import.meta.env;

serve({ service: easemob({ apiUrl, socketUrl }) });
