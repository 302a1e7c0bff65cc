/** Writes build/simulate.js. */
import { join } from 'node:path';
import { bundleSimulation } from './bundle.ts';

await bundleSimulation(join(import.meta.dirname, '..', '..', 'build', 'simulate.js'));
