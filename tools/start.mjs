// `npm start`: runs on the machine's own Node, installs what is missing, goes on under the project's Node 24.
import { continueWith, ensureInstalled } from './lib/install.mjs';

try {
  await ensureInstalled((line) => console.log(line));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
process.exit(await continueWith('tools/start/main.ts', process.argv.slice(2)));
