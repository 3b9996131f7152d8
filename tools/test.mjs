// `npm test`: runs on the machine's own Node, installs what is missing, goes on under the project's Node 24.
import { continueWith, ensureInstalled } from './lib/install.mjs';

try {
  await ensureInstalled((line) => console.log(line));
} catch (error) {
  console.error(error.message);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
process.exit(await continueWith('tools/test/main.ts', process.argv.slice(2)));
