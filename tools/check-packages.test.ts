import { expect, test } from 'vitest';
import { addresses, badLicences, unpinned } from './check-packages.ts';

const none = (): Promise<null> => Promise.resolve(null);
const lockOf = (packages: Record<string, object>): object => ({ packages });

test('a range, a tag and an address are not an exact version', () => {
  const manifest = { dependencies: { a: '^1.0.0', b: 'latest', c: '1.2.3', d: '18.4.0-beta.17' }, devDependencies: { e: 'github:x/y', f: 'npm:a@2.0.0', g: 'npm:a@latest' } };
  expect(unpinned('package.json', manifest)).toEqual([
    'package.json: a ^1.0.0 is not one exact version.',
    'package.json: b latest is not one exact version.',
    'package.json: e github:x/y is not one exact version.',
    'package.json: g npm:a@latest is not one exact version.',
  ]);
});

test('a download address in the lock file is found; a link to a workspace is none', () => {
  const lock = lockOf({ 'node_modules/a': { resolved: 'https://example.test/a.tgz' }, 'node_modules/b': { resolved: 'packages/b', link: true } });
  expect(addresses(lock)).toEqual([expect.stringContaining('node_modules/a holds a download address')]);
});

test('licences: an expression is read, an exception belongs to its package, what is unknown is refused', async () => {
  const lock = lockOf({
    'node_modules/good': { license: '(MIT AND Zlib)' },
    'node_modules/choice': { license: '(GPL-3.0 OR MIT)' },
    'node_modules/@img/sharp-libvips-linux-x64': { license: 'LGPL-3.0-or-later' },
    'node_modules/other': { license: 'LGPL-3.0-or-later' },
    'node_modules/both': { license: 'MIT AND GPL-3.0' },
    'node_modules/silent': {},
    'node_modules/dev-only': { license: 'GPL-3.0', dev: true },
  });
  expect(await badLicences(lock, none)).toEqual([
    expect.stringContaining('other is under LGPL-3.0-or-later'),
    expect.stringContaining('both is under MIT AND GPL-3.0'),
    'silent names no licence.',
  ]);
});
