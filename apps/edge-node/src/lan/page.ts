import { MEANS_TEXT, TOLD_ROLE_TEXT } from '@readroom/shared/alert/communication';
import { pagePolicy } from '../infra/page-policy.ts';
import { LEAST_PASSWORD } from './password.ts';
import { SCRIPT } from './page-script.ts';

const STYLE = `
:root { color-scheme: dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 0; background: #0b0e13; color: #d7dce3; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
header { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; margin-bottom: .75rem; }
h1 { font-size: 1rem; font-weight: 600; margin: 0; margin-right: auto; }
h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: #9aa4b2; margin: 1.5rem 0 .5rem; }
[hidden] { display: none !important; }
button, input, select, textarea { font: inherit; color: inherit; background: #161b23; border: 1px solid #39424f; border-radius: .35rem; padding: .35rem .7rem; }
button { cursor: pointer; } button.main { background: #1f4f8f; border-color: #3b78c9; } button.danger { background: #8e2328; border-color: #d24a50; color: #fff; }
:focus-visible { outline: 2px solid #7fb2ff; outline-offset: 2px; }
kbd { font: .75rem ui-monospace, monospace; border: 1px solid currentColor; border-radius: .2rem; padding: 0 .25rem; margin-left: .3rem; opacity: .85; }
.calm, .away, .plain { padding: .7rem 1rem; border-radius: .5rem; }
.calm { background: #10211a; color: #7fd6a8; } .away { background: #2a2110; color: #f0b95b; } .plain { background: #161b23; }
.alert { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1rem; padding: .7rem 1rem; border-radius: .5rem; margin-bottom: .5rem; background: #2a1215; border-left: 4px solid #f2555a; }
.alert button { align-self: center; }
.alert.taken { background: #161b23; border-color: #5b6675; }
.alert[aria-current=true] { box-shadow: 0 0 0 2px #7fb2ff; }
.alert strong { font-size: 1.05rem; }
.muted { color: #9aa4b2; } .late { color: #ff8b8f; } .critical { color: #ff8b8f; font-weight: 600; } .urgent { color: #f0b95b; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #1c222b; vertical-align: top; }
th { color: #9aa4b2; font-weight: 500; } tr.tier0 td:first-child { border-left: 4px solid #f2555a; padding-left: .5rem; } td:first-child, th:first-child { padding-left: .75rem; }
form { display: grid; gap: .6rem; } form.card { max-width: 24rem; margin: 2rem 0; }
label { display: grid; gap: .2rem; color: #9aa4b2; } label input, label select, label textarea { color: #d7dce3; }
label.check { display: flex; gap: .5rem; align-items: center; } .row { display: flex; gap: .6rem; justify-content: flex-end; }
fieldset { border: 1px solid #39424f; border-radius: .4rem; display: grid; gap: .6rem; } fieldset > * { min-width: 0; }
dialog { background: #11151c; color: #d7dce3; border: 1px solid #39424f; border-radius: .6rem; width: min(34rem, 92vw); } dialog::backdrop { background: #000a; }
.wrong { color: #ff8b8f; min-height: 1.3em; margin: 0; }
`;

const options = (texts: Readonly<Record<string, string>>): string => Object.entries(texts).map(([value, text]) => `<option value="${value}">${text}</option>`).join('');

const HTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Readroom: the hospital’s own page</title><style>${STYLE}</style></head>
<body><main>
<header><h1>Readroom: the hospital’s own page</h1><span id="person" class="muted"></span><button id="sound" type="button" class="danger" hidden>Turn sound on<kbd>S</kbd></button><span id="sounding" class="muted" hidden>Sound is on</span><button id="out" type="button" hidden>Sign out</button></header>
<p id="cloud" class="plain" role="status" aria-live="polite">Asking the node ...</p>
<form id="sign-in" class="card" hidden aria-label="Sign in"><label>Account of this node<input name="account" autocomplete="username" autocapitalize="none" required></label><label>Password<input name="password" type="password" autocomplete="current-password" required></label><p class="wrong" role="alert"></p><button class="main">Sign in</button></form>
<form id="password" class="card" hidden aria-label="Choose a password"><p>Choose a password of your own: the one you were given was made by IT.</p><label>Password you were given<input name="current" type="password" autocomplete="current-password" required></label><label>New password, ${LEAST_PASSWORD} characters or more<input name="next" type="password" autocomplete="new-password" minlength="${LEAST_PASSWORD}" required></label><p class="wrong" role="alert"></p><button class="main">Use it</button></form>
<div id="work" hidden>
<h2>Critical results the cloud does not have</h2><div id="alerts"></div>
<h2>The node’s own list</h2><p class="muted">By the default order, from what this node received and analysed. It does not know what was read, moved or reported in the cloud.</p>
<table><thead><tr><th scope="col">Due</th><th scope="col">Patient</th><th scope="col">Study</th><th scope="col">AI findings</th><th scope="col">Why it stands here</th></tr></thead><tbody id="list"></tbody></table>
</div>
<dialog id="dialog" aria-labelledby="dialog-title"><form id="take"><strong id="dialog-title"></strong><p id="dialog-about" class="muted"></p>
<label class="check"><input name="told" type="checkbox"> Record now who was told</label>
<fieldset id="told-fields" hidden><legend>What was communicated</legend><label>Who was told<input name="name" maxlength="120"></label><label>In what role<select name="role">${options(TOLD_ROLE_TEXT)}</select></label><label>By what means<select name="means">${options(MEANS_TEXT)}</select></label><label>When<input name="at" type="datetime-local"></label><label>What was said<textarea name="words" rows="2" maxlength="500"></textarea></label><label class="check"><input name="readBack" type="checkbox"> It was read back</label><label>If it was not, why<input name="reason" maxlength="200"></label></fieldset>
<p class="wrong" role="alert"></p><div class="row"><button type="button" id="cancel">Cancel<kbd>Esc</kbd></button><button class="danger" id="confirm"></button></div></form></dialog>
</main><script>${SCRIPT}</script></body></html>`;

const POLICY = pagePolicy({ style: STYLE, script: SCRIPT });

/** One dark page that draws `/api/state` every two seconds; text only ever enters it as text. */
export function lanPage(): { readonly html: string; readonly policy: string } {
  return { html: HTML, policy: POLICY };
}
