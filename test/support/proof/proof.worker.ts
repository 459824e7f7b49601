import { easemob } from 'moorage/easemob';
import { serve } from 'moorage/worker';

const parameters = new URLSearchParams(location.search);

serve({
  service: easemob({
    apiUrl: parameters.get('apiUrl') ?? '',
    socketUrl: parameters.get('socketUrl') ?? '',
  }),
});
