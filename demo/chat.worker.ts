import { easemob } from 'moorage/easemob';
import { serve } from 'moorage/worker';

// The demo's emulator answers on the page's own address. An app on the real service gives no options.
const { origin, host, protocol } = self.location;
const socketUrl = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/websocket`;

serve({ service: easemob({ apiUrl: origin, socketUrl }) });
