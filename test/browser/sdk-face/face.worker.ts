import { easemob } from 'moorage/easemob';
import { serve } from 'moorage/worker';
import groupPlugin from 'easemob-websdk/group/group.js';
import presencePlugin from 'easemob-websdk/presence/presence.js';
import './contract.ts';

const { apiUrl, socketUrl } = faceConfig;

serve({ service: easemob({ apiUrl, socketUrl, configure: { delivery: true }, plugins: { group: groupPlugin, presence: presencePlugin } }) });
