import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetTimer } from '../../infra/timers.ts';
import { modelFolders } from './model-folders.ts';

export interface FolderWatch {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface FolderWatchOptions {
  readonly folder: string;
  readonly pollMs: number;
  readonly setTimer: SetTimer;
  /** Hears the names of model folders that came, went or changed, once they stay as they are between two looks. False: it is told again later. */
  onChanged(names: readonly string[]): Promise<boolean>;
}

/** What could not be taken up is tried again after so many looks. */
const LOOKS_BETWEEN = 15;

type Prints = ReadonlyMap<string, string>;

/** Looks at the folder of the models by itself: notices of a file system are lost on network folders and in containers. */
export function watchFolder({ folder, pollMs, setTimer, onChanged }: FolderWatchOptions): FolderWatch {
  let [known, last]: [Prints, Prints] = [new Map(), new Map()];
  let cancel = (): void => undefined;
  let looking: Promise<void> | undefined;
  let isStopped = false;

  /** Answers after how many looks the next one is. */
  async function look(): Promise<number> {
    const now = await printsOf(folder).catch(() => last);
    const isStill = differing(now, last).length === 0;
    last = now;
    const changed = isStill ? differing(now, known) : [];
    if (changed.length === 0) return 1;
    if (!(await onChanged(changed))) return LOOKS_BETWEEN;
    known = now;
    return 1;
  }

  function wait(looks: number): void {
    if (isStopped) return;
    cancel = setTimer(() => {
      looking = look().then(wait);
    }, pollMs * looks);
  }

  return {
    async start() {
      isStopped = false;
      known = last = await printsOf(folder).catch(() => new Map());
      wait(1);
    },
    async stop() {
      isStopped = true;
      cancel();
      await looking;
    },
  };
}

const differing = (a: Prints, b: Prints): string[] => [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));

/** Each model folder by its files' names, sizes, times and inodes: cheap, and a file copied over another changes them. */
async function printsOf(folder: string): Promise<Prints> {
  const names = await modelFolders(folder);
  return new Map(await Promise.all(names.map(async (name): Promise<[string, string]> => {
    const files = (await readdir(join(folder, name)).catch(() => [])).sort();
    const facts = await Promise.all(files.map(async (file) => {
      const found = await stat(join(folder, name, file), { bigint: true }).catch(() => undefined);
      return found ? `${file} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : file;
    }));
    return [name, facts.join('\n')];
  })));
}
