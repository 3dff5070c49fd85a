import { parentPort, workerData } from 'node:worker_threads';
import { openCopier } from '../connection/copy-rows.ts';
import { type RangeTask, readRange } from './read-range.ts';

// A thread that reads and checks parts of the log, one after another, on a connection of its own.

const port = parentPort;
if (port === null) throw new Error('verify-worker.ts runs as a worker thread');
const copier = await openCopier((workerData as { url: string }).url);
// Not awaited: a rejection ends this thread, and its `error` event tells the thread that started it.
port.on('message', async (task: RangeTask) => port.postMessage(await readRange(copier, task)));
