/** What the hospital's own page does in the browser: asks the node every two seconds, draws, rings, acknowledges. Keys: J K A S. */
export const SCRIPT = `
const $ = (id) => document.getElementById(id);
const make = (tag, text, name) => { const node = document.createElement(tag); if (text !== undefined && text !== '') node.textContent = text; if (name) node.className = name; return node; };
const clockText = (at) => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const momentText = (at, now) => (new Date(at).toDateString() === new Date(now).toDateString() ? '' : localMoment(at).slice(0, 10) + ' ') + clockText(at);
const withSide = (finding) => finding.label + (finding.side && finding.side !== 'none' ? ', ' + finding.side : '');
const FORM_VIEWS = ['sign-in', 'password', 'work'];
const view = (name) => FORM_VIEWS.forEach((id) => { $(id).hidden = id !== name; });
const post = async (path, body) => { const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(15000) }); const data = await answer.json().catch(() => ({})); if (!answer.ok) throw new Error(data.message || 'The node could not do this.'); return data; };
let audio = null; let state = null; let drawn = ''; let selected = 0; let selectedKey = ''; let taking = null; let timer = 0;

const keyOf = (alert) => [alert.studyUid, alert.code, alert.side].join(' ');
function soundState() {
  const open = state ? state.alerts.filter((alert) => !alert.acknowledged).length : 0;
  const runs = audio !== null && audio.state === 'running';
  $('sound').hidden = state === null || runs; $('sounding').hidden = state === null || !runs;
  document.title = (open > 0 ? '(' + open + ' CRITICAL) ' : '') + 'Readroom: the hospital’s own page';
  return open > 0 && runs;
}
function soundOn() { audio = audio || new AudioContext(); audio.resume().then(soundState).catch(() => {}); }
function tone(at, hertz) {
  const from = audio.currentTime + at; const wave = audio.createOscillator(); const level = audio.createGain();
  wave.frequency.value = hertz; level.gain.setValueAtTime(0.0001, from); level.gain.exponentialRampToValueAtTime(0.4, from + 0.02); level.gain.exponentialRampToValueAtTime(0.0001, from + 0.3);
  wave.connect(level).connect(audio.destination); wave.start(from); wave.stop(from + 0.32);
}
function ring() { if (soundState()) [0, 0.4, 0.8].forEach((at, i) => tone(at, i % 2 ? 660 : 880)); setTimeout(ring, 4000); }

function cloudText(cloud, now) {
  if (!cloud.reachable) return ['Cloud unreachable since ' + momentText(cloud.since, now) + '. This is the node’s own list.', 'away'];
  if (state && state.active) return ['The cloud is reachable and has not taken a critical result yet. This is the node’s own list; IT should look at the gateway.', 'away'];
  return ['The cloud is reachable: work there, ' + cloud.address + '. Nothing rings here while it is.', 'calm'];
}
function showCloud(cloud, now) {
  const [text, name] = cloudText(cloud, now);
  if ($('cloud').textContent !== text) $('cloud').textContent = text;
  $('cloud').className = name;
}
function patientLine(p) { return [p.name + (p.synthetic ? ' (synthetic)' : ''), p.patientId, p.birthDate, p.sex, p.accessionNumber].filter(Boolean).join(' · '); }
function alertCard(alert, index) {
  const card = make('div', '', alert.acknowledged ? 'alert taken' : 'alert'); card.tabIndex = -1;
  if (index === selected) card.setAttribute('aria-current', 'true');
  const words = make('div'); words.append(make('strong', withSide(alert) + ', ' + alert.confidence));
  if (alert.withdrawn) words.append(make('span', ' Withdrawn by a later analysis; it still wants a look.', 'urgent'));
  if (alert.patient) { words.append(make('div', patientLine(alert.patient))); words.append(make('div', alert.patient.modality + ' ' + alert.patient.description, 'muted')); }
  words.append(make('div', 'Found ' + clockText(alert.emittedAt) + (alert.acknowledged ? '. Acknowledged by ' + alert.acknowledged.name + ', ' + clockText(alert.acknowledged.at) + (alert.isCommunicated ? '; who was told is recorded' : '; nobody recorded who was told') + '. The cloud hears of it when it is back.' : ''), 'muted'));
  card.append(words);
  if (!alert.isCommunicated) { const button = make('button', alert.acknowledged ? 'Record who was told' : 'Acknowledge', alert.acknowledged ? 'main' : 'danger'); button.type = 'button'; if (index === selected) button.append(make('kbd', 'A')); button.onclick = () => openTake(alert); card.append(button); }
  return card;
}
function studyRow(study, now) {
  const row = make('tr', '', 'tier' + study.tier);
  const due = make('td', momentText(study.dueAt, now), study.dueAt < now ? 'late' : ''); due.append(make('div', study.dueAt < now ? 'overdue' : '', 'late'), make('div', (study.studyClass || 'no class').toUpperCase(), 'muted'));
  const patient = make('td', study.name + (study.synthetic ? ' (synthetic)' : '')); patient.append(make('div', [study.patientId, study.birthDate, study.sex].filter(Boolean).join(' · '), 'muted'));
  const what = make('td', study.modality + ' ' + study.description); what.append(make('div', 'arrived ' + momentText(study.receivedAt, now), 'muted'));
  const found = make('td'); study.findings.forEach((finding) => found.append(make('div', withSide(finding) + ', ' + finding.confidence, finding.severity)));
  const why = make('td'); study.reasons.forEach((reason) => why.append(make('div', reason.text + (reason.minutes ? ', ' + (reason.minutes > 0 ? '+' : '−') + Math.abs(reason.minutes) + ' min' : ''), 'muted')));
  row.append(due, patient, what, found, why); return row;
}
function draw() {
  // By the alert, not its place: another one may come above it.
  const found = state.alerts.findIndex((alert) => keyOf(alert) === selectedKey);
  selected = found < 0 ? 0 : found; selectedKey = state.alerts[selected] ? keyOf(state.alerts[selected]) : '';
  showCloud(state.cloud, state.now); soundState();
  $('person').textContent = state.person.name; $('out').hidden = false;
  const key = JSON.stringify([state.alerts, state.studies, selected, Math.floor(state.now / 60000)]);
  $('work').hidden = !state.active;
  if (key === drawn) return;
  drawn = key;
  $('alerts').replaceChildren(...(state.alerts.length ? state.alerts.map(alertCard) : [make('p', 'None.', 'muted')]));
  $('list').replaceChildren(...state.studies.map((study) => studyRow(study, state.now)));
}
async function tick() {
  clearTimeout(timer);
  try {
    const answer = await fetch('/api/state', { signal: AbortSignal.timeout(8000) });
    const data = await answer.json();
    if (answer.ok) { state = data; view(state.active ? 'work' : ''); draw(); }
    else if (data.code === 'password-temporary') { if ($('password').hidden) { view('password'); $('password').querySelector('input').focus(); } }
    else if (data.code === 'sign-in-refused') { state = null; drawn = ''; $('person').textContent = ''; $('out').hidden = true; soundState(); showCloud(data.cloud, Date.now()); if ($('dialog').open) $('dialog').close(); if ($('sign-in').hidden) { view('sign-in'); $('sign-in').querySelector('input').focus(); } }
    else throw new Error();
  } catch {
    $('cloud').textContent = 'The node does not answer. Tell IT; call the cloud’s on-call reader meanwhile.'; $('cloud').className = 'away';
  }
  timer = setTimeout(tick, 2000);
}
function submits(id, send) {
  $(id).onsubmit = async (event) => {
    event.preventDefault();
    const form = event.target; const wrong = form.querySelector('.wrong'); wrong.textContent = '';
    try { await send(new FormData(form)); form.reset(); await tick(); } catch (error) { wrong.textContent = error.message; }
  };
}
submits('sign-in', async (data) => { soundOn(); await post('/api/sign-in', { account: data.get('account'), password: data.get('password') }); });
submits('password', async (data) => { soundOn(); await post('/api/password', { current: data.get('current'), next: data.get('next') }); });
$('out').onclick = async () => { await post('/api/sign-out', {}).catch(() => {}); tick(); };
$('sound').onclick = soundOn;

const localMoment = (at) => { const d = new Date(at - new Date(at).getTimezoneOffset() * 60000); return d.toISOString().slice(0, 16); };
function openTake(alert) {
  taking = alert; const form = $('take'); form.reset(); form.querySelector('.wrong').textContent = '';
  $('dialog-title').textContent = withSide(alert); $('dialog-about').textContent = alert.patient ? patientLine(alert.patient) : '';
  form.told.checked = alert.acknowledged !== null; form.told.parentElement.hidden = alert.acknowledged !== null; form.at.value = localMoment(Date.now()); toldChanged();
  $('dialog').showModal(); (alert.acknowledged ? form.elements.name : $('confirm')).focus();
}
function toldChanged() { $('told-fields').hidden = !$('take').told.checked; $('confirm').textContent = taking && taking.acknowledged ? 'Record' : $('take').told.checked ? 'Acknowledge and record' : 'Acknowledge'; }
$('take').told.onchange = toldChanged;
$('cancel').onclick = () => $('dialog').close();
submits('take', async (data) => {
  const said = data.get('told') === null ? null : { outcome: 'told', name: data.get('name'), role: data.get('role'), means: data.get('means'), at: new Date(data.get('at') || NaN).getTime() || 0, words: data.get('words'), readBack: data.get('readBack') !== null, reason: data.get('reason') };
  await post('/api/acknowledge', { studyUid: taking.studyUid, code: taking.code, side: taking.side, said });
  $('dialog').close();
});
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $('dialog').open || state === null || event.target.matches('input, select, textarea')) return;
  const key = event.key.toLowerCase();
  if (key === 'j' || key === 'k') { const next = state.alerts[selected + (key === 'j' ? 1 : -1)]; if (next) selectedKey = keyOf(next); draw(); const card = $('alerts').children[selected]; if (card && card.focus) card.focus(); }
  else if (key === 'a' && state.alerts[selected] && !state.alerts[selected].isCommunicated) { event.preventDefault(); openTake(state.alerts[selected]); }
  else if (key === 's') soundOn();
});
tick(); ring();
`;
