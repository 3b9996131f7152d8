import { startTestEdge } from './test-edge.ts';

/** The SCP and the intake of `process.argv[2]` alone in a process, so that a test can end it at any moment. */
const edge = await startTestEdge({ home: process.argv[2] ?? '' });
process.stdout.write(`{"event":"edge.ready","dicomPort":${edge.port},"consolePort":0}\n`);
