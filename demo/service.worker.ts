import { precacheApp } from 'moorage/service-worker/worker';
import { manifest } from './precache-manifest.ts';

precacheApp(manifest);
