import { dirname, resolve } from 'node:path';
import type { ESLint, Rule } from 'eslint';
import { isBuiltin, libraryProblem, packageOf, relativeProblem, repoPath, workspaceProblem } from './paths.ts';

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

interface SourceNode {
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
}

function importOf(node: SourceNode): Import | null {
  const specifier = node.source?.value;
  if (typeof specifier !== 'string') return null;
  return { specifier, typeOnly: node.importKind === 'type' || node.exportKind === 'type' };
}

function problemOf(root: string, file: string, found: Import): string | null {
  const path = repoPath(root, file);
  const { specifier } = found;
  if (isBuiltin(specifier)) return null;
  if (specifier.startsWith('.')) return relativeProblem(path, repoPath(root, resolve(dirname(file), specifier)));
  // `@/` is the web's own source root (apps/web/tsconfig.json).
  if (specifier.startsWith('@/')) return null;
  const name = packageOf(specifier);
  if (name.startsWith('@readroom/')) return workspaceProblem(path, name, found.typeOnly, specifier);
  return libraryProblem(path, name);
}

/** Holds every import to the table of library homes and to the dependency rule between apps and packages. */
const imports: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node: Rule.Node): void => {
      const found = importOf(node as unknown as SourceNode);
      const message = found && problemOf(context.cwd, context.filename, found);
      if (message) context.report({ node, message });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};

export const readroomPlugin: ESLint.Plugin = { rules: { imports } };
