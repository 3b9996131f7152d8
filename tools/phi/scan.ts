import ts from 'typescript';

/** Names under which patient data travels through the code: DICOM keywords, our own fields, the database's columns. */
const PATIENT_FIELD = /^(patient_?(name|id|birth_?date|age|address|comments)|other_?patient_?ids?|birth_?date|accession(_?number)?|person_?name|mrn|referring_?physician(_?name)?|study_?comments)$/i;

const LOG_LEVELS = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'log', 'child']);
const LOGGERS = /^(log|logger|console)$/i;
/** prom-client: what is given to these becomes a label. */
const LABEL_CALLS = new Set(['labels', 'inc', 'dec', 'observe', 'set', 'startTimer']);
const METRICS = /(metric|counter|gauge|histogram|total|seconds)/i;
const METRIC_CLASSES = /^(Counter|Gauge|Histogram|Summary)$/;
const ERROR_CLASSES = /(Error|Failure)$/;

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly where: 'log' | 'metric label' | 'error' | 'URL';
  readonly field: string;
}

/** Finds patient fields that reach a log line, a metric label, an error's text or a URL in one source file. */
export function scan(file: string, text: string): Finding[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const findings: Finding[] = [];
  const report = (node: ts.Node, where: Finding['where'], parts: readonly ts.Node[]): void => {
    const field = parts.map(patientFieldIn).find((found) => found !== null);
    if (field) findings.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, where, field });
  };
  const visit = (node: ts.Node): void => {
    const where = sinkOf(node);
    if (where && (ts.isCallExpression(node) || ts.isNewExpression(node))) report(node, where, node.arguments ?? []);
    if (ts.isTemplateExpression(node) && isUrl(node.head.text)) report(node, 'URL', node.templateSpans.map((span) => span.expression));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}

function sinkOf(node: ts.Node): Finding['where'] | null {
  if (ts.isNewExpression(node)) {
    const name = node.expression.getText();
    if (METRIC_CLASSES.test(name.split('.').at(-1) ?? '')) return 'metric label';
    if (name === 'URLSearchParams') return 'URL';
    return ERROR_CLASSES.test(name) ? 'error' : null;
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const method = node.expression.name.text;
  const object = node.expression.expression.getText();
  if (LOG_LEVELS.has(method) && LOGGERS.test(lastName(object))) return 'log';
  if (LABEL_CALLS.has(method) && METRICS.test(object)) return 'metric label';
  if (/searchParams$/.test(object) && (method === 'set' || method === 'append')) return 'URL';
  return null;
}

function lastName(object: string): string {
  return object.split('.').at(-1)?.replace(/\(.*$/s, '') ?? '';
}

/** A path (`/studies/`), an address, or a query string that is put together. */
function isUrl(head: string): boolean {
  return /^(https?:\/\/|\/[\w-]|\?|#)/.test(head) || /[?&]\w+=$/.test(head);
}

/** The first patient field that `node` reads, names or spreads into an object; a comparison with it is no leak. */
function patientFieldIn(node: ts.Node): string | null {
  if (ts.isBinaryExpression(node) && /^(===|!==|==|!=)$/.test(node.operatorToken.getText())) return null;
  if (ts.isTypeOfExpression(node)) return null;
  if (ts.isIdentifier(node) && PATIENT_FIELD.test(node.text)) return node.text;
  if (ts.isStringLiteral(node) && PATIENT_FIELD.test(node.text)) return node.text;
  let found: string | null = null;
  ts.forEachChild(node, (child) => {
    found ??= patientFieldIn(child);
  });
  return found;
}
