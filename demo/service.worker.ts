/// <reference path="./precache-manifest.d.ts" />
import { precacheApp } from 'moorage/service-worker/worker';
import { manifest } from 'precache-manifest';

precacheApp(manifest);
