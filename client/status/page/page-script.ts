/**
 * Shows an hour's details when it is chosen: by a click, with the arrow keys, or by the address (`#2026-01-01T05`). All
 * values are inserted as text, never as HTML.
 */
export const pageScript = String.raw`
const data = JSON.parse(document.getElementById('data').textContent);
const map = document.getElementById('map');
const mark = document.getElementById('mark');
const panel = document.getElementById('hour');
const cells = new Map([...map.querySelectorAll('[data-hour]')].map((cell) => [cell.dataset.hour, cell]));
const HOUR_MS = 3_600_000;
const STEPS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -24, ArrowRight: 24 };

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

function fact(label, value) {
  return element('div', element('dt', label), element('dd', value));
}

function linkTo({ name, href }) {
  const link = element('a', name);
  Object.assign(link, { href, target: '_blank', rel: 'noopener noreferrer' });
  return link;
}

function chosenHour() {
  const hour = location.hash.slice(1);
  return cells.has(hour) ? hour : undefined;
}

function show() {
  const hour = chosenHour();
  if (hour === undefined) return;
  const cell = cells.get(hour);
  for (const name of ['x', 'y', 'width', 'height']) mark.setAttribute(name, cell.getAttribute(name));
  const { state, facts = [], run, problem } = data.hours[hour];
  const list = element('dl', ...facts.map((value, index) => fact(data.labels[index], value)));
  if (run !== undefined) list.append(fact('Run in the Temporal Web UI', linkTo(data.runs[run])));
  const title = element('h3', hour + ' (UTC): ' + state);
  const meaning = Object.assign(element('p', problem ?? data.meanings[state]), { className: 'quiet' });
  panel.replaceChildren(title, meaning, list);
  mark.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  panel.scrollIntoView({ block: 'nearest' });
}

function choose(hour) {
  if (cells.has(hour)) location.replace('#' + hour);
}

map.addEventListener('click', (event) => choose(event.target.dataset.hour));
map.addEventListener('keydown', (event) => {
  const step = STEPS[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const from = chosenHour();
  const [newest] = [...cells.keys()].slice(-1);
  if (from === undefined) choose(newest);
  else choose(new Date(Date.parse(from + ':00:00Z') + step * HOUR_MS).toISOString().slice(0, 13));
});
addEventListener('hashchange', show);
show();
`;
