import { precacheApp } from 'moorage/service-worker/worker';

precacheApp([
  { url: '/index.html', revision: '1' },
  { url: '/page.js', revision: '1' },
  { url: '/worker.js', revision: '1' },
], { fallback: '/index.html' });
