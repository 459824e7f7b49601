import { createSdkBench } from './sdk-bench.ts';

window.bench = createSdkBench({ withLocalCache: false });
