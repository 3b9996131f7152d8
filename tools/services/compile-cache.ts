import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Compiled code of the packages and of the programs under test (`NODE_COMPILE_CACHE`): some hundred processes are started, and most of their start is compiling. */
export const COMPILE_CACHE = join(tmpdir(), 'readroom-compile-cache');
