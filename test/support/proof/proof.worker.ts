import { easemob } from 'moorage/easemob';
import { serve } from 'moorage/worker';
import './contract.ts';

const { apiUrl, socketUrl } = proofConfig;

serve({ service: easemob({ apiUrl, socketUrl }) });
