import { pagePolicy } from '../infra/page-policy.ts';

const STYLE = `
:root { color-scheme: dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0; background: #0b0e13; color: #d7dce3; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.1rem; font-weight: 600; margin: 0 0 1rem; }
h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: #8b95a3; margin: 2rem 0 .5rem; }
.calm { padding: .8rem 1rem; border-radius: .5rem; background: #10211a; color: #7fd6a8; }
.problem { padding: .8rem 1rem; border-radius: .5rem; margin-bottom: .5rem; border-left: 4px solid; }
.problem.stop { background: #2a1215; border-color: #f2555a; }
.problem.warn { background: #2a2110; border-color: #e8a33d; }
.problem small { display: block; color: #aab3bf; }
dl { display: grid; grid-template-columns: 12rem 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: #8b95a3; } dd { margin: 0; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #1c222b; vertical-align: top; }
th { color: #8b95a3; font-weight: 500; }
`;

const SCRIPT = `
const make = (tag, text, name) => { const node = document.createElement(tag); if (text !== undefined) node.textContent = text; if (name) node.className = name; return node; };
const fill = (id, nodes) => document.getElementById(id).replaceChildren(...nodes);
const ago = (now, at) => { if (at === null) return '-'; const s = Math.max(0, Math.round((now - at) / 1000)); return s < 120 ? s + ' s' : s < 7200 ? Math.round(s / 60) + ' min' : Math.round(s / 3600) + ' h'; };
const size = (bytes) => (bytes / 2 ** 30).toFixed(1) + ' GiB';
const row = (cells) => { const tr = make('tr'); cells.forEach((cell) => tr.append(make('td', String(cell)))); return tr; };
const pair = (name, value) => [make('dt', name), make('dd', String(value))];
const ports = (s) => [s.dicomPort === null ? null : s.dicomPort, s.tls === null ? null : s.tls.port + ' (TLS)'].filter((port) => port !== null).join(' and ');
function show(s) {
  fill('problems', s.problems.length === 0
    ? [make('div', 'All is well. Images are taken as ' + s.aeTitle + ' on port ' + ports(s) + ', the link to the gateway is up.', 'calm')]
    : s.problems.map((p) => { const node = make('div', p.what, 'problem ' + p.level); node.append(make('small', p.remedy)); return node; }));
  fill('facts', [
    ...pair('Link', s.link.state + ' for ' + ago(s.now, s.link.since) + (s.link.why && s.link.state !== 'up' ? ': ' + s.link.why : '')),
    ...pair('Results waiting', s.outbox.depth + (s.outbox.oldestAt === null ? '' : ', oldest ' + ago(s.now, s.outbox.oldestAt))),
    ...pair('Images held', s.intake.instances),
    ...pair('Studies held', s.studies.held + (s.studies.oldestAt === null ? '' : ', the oldest from ' + ago(s.now, s.studies.oldestAt) + ' ago; each is deleted ' + Math.round(s.studies.keepMs / 86400000) + ' days after its last image')),
    ...pair('Disk free', size(s.intake.diskFreeBytes)),
    ...pair('Studies arriving', s.studies.receiving),
    ...pair('Studies in analysis', s.studies.inFlight),
    ...(s.tls === null ? [] : pair('TLS certificate', 'valid until ' + new Date(s.tls.certificateTo).toISOString().slice(0, 10))),
    ...(s.lan === null ? [] : pair('Hospital’s own page', 'port ' + s.lan.port + ', ' + s.lan.users + ' sign-in(s), certificate valid until ' + new Date(s.lan.certificateTo).toISOString().slice(0, 10))),
    ...pair('Running for', ago(s.now, s.startedAt)),
  ]);
  fill('models', s.inference.models.map((m) => row([m.id, m.version, m.role, m.provider, m.modalities.join(', ')])).concat(s.inference.refused.map((m) => row([m.id, m.version, 'not used', '', m.reasons.join('; ')]))));
  fill('associations', s.associations.map((a) => row([ago(s.now, a.at) + ' ago', a.callingAeTitle, a.remoteAddress + (a.secured ? ' (TLS)' : ''), a.stored, a.failed, a.problem || (a.endedAt === null ? 'open' : 'ended in order')])));
  fill('errors', s.errors.map((e) => row([ago(s.now, e.at) + ' ago', e.count, e.text, e.remedy])));
}
async function tick() {
  try {
    const answer = await fetch('/api/status', { signal: AbortSignal.timeout(5000) });
    show(await answer.json());
  } catch {
    const node = make('div', 'The edge node does not answer.', 'problem stop');
    node.append(make('small', 'Restart it; images already acknowledged are safe.'));
    fill('problems', [node]);
  }
  setTimeout(tick, 2000);
}
tick();
`;

const HTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Readroom edge node</title><style>${STYLE}</style></head>
<body><main>
<h1>Readroom edge node</h1>
<div id="problems" role="status" aria-live="polite"><div class="calm">Asking the node ...</div></div>
<h2>Now</h2><dl id="facts"></dl>
<h2>Models</h2><table><thead><tr><th>Model</th><th>Version</th><th>Role</th><th>Runs on</th><th>Modalities or reason</th></tr></thead><tbody id="models"></tbody></table>
<h2>Associations</h2><table><thead><tr><th>Began</th><th>Sender</th><th>Address</th><th>Stored</th><th>Failed</th><th>State</th></tr></thead><tbody id="associations"></tbody></table>
<h2>Last errors</h2><table><thead><tr><th>Last</th><th>Times</th><th>What happened</th><th>What to do</th></tr></thead><tbody id="errors"></tbody></table>
</main><script>${SCRIPT}</script></body></html>`;

const POLICY = pagePolicy({ style: STYLE, script: SCRIPT });

/** One dark page that draws `/api/status` every two seconds; text only ever enters it as text. */
export function consolePage(): { readonly html: string; readonly policy: string } {
  return { html: HTML, policy: POLICY };
}
