/**
 * The page's script: copying, and pointing and zooming in the chart. The page says everything without it. It reads the drawing
 * itself (what an element is called is in its SVG title), so pointer, keyboard and tooltip tell the same.
 */
export const SCRIPT = `'use strict';
(() => {
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const SVG = 'http://www.w3.org/2000/svg';
const draw = (parent, name, attributes, text) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return parent.appendChild(element);
};

const copy = async (text, button) => {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
  }
  const before = button.dataset.label ??= button.textContent;
  button.textContent = done ? 'Copied' : 'Not copied';
  setTimeout(() => { button.textContent = before; }, 1500);
};
const whole = document.getElementById('copy-markdown');
const markdown = async () => {
  const block = document.getElementById('markdown'), value = JSON.parse(block.textContent);
  if (block.dataset.packed === undefined) return value;
  const bytes = Uint8Array.from(atob(value), c => c.charCodeAt(0));
  return JSON.parse(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text());
};
// Browsers of before 2023 cannot unpack; the command that makes the same text stands at the end of the page.
whole.hidden = typeof DecompressionStream === 'undefined';
whole.addEventListener('click', async () => copy(await markdown(), whole));
for (const button of all('button.copy')) {
  const text = button.previousElementSibling;
  button.hidden = false;
  button.addEventListener('click', () => copy(text.textContent, button));
}

const closed = [];
addEventListener('beforeprint', () => { for (const details of all('details:not([open])')) { details.open = true; closed.push(details); } });
addEventListener('afterprint', () => { for (const details of closed.splice(0)) details.open = false; });

const SECOND = 1000, MINUTE = 60000, HOUR = 3600000, DAY = 86400000;
const STEPS = [.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 15, 30].map(n => n * SECOND)
  .concat([1, 2, 5, 10, 15, 30].map(n => n * MINUTE), [1, 2, 3, 6, 12].map(n => n * HOUR), [1, 2, 7, 14, 30, 90, 365].map(n => n * DAY));
const tickLabel = (at, step) => {
  const iso = new Date(at).toISOString();
  return at % DAY === 0 ? iso.slice(5, 10) : step < SECOND ? iso.slice(14, 23) : step < MINUTE ? iso.slice(11, 19) : iso.slice(11, 16);
};

for (const figure of all('figure.pool')) {
  const chart = figure.querySelector('svg.chart'), time = figure.querySelector('svg.time');
  const frame = chart.querySelector('.frame'), grid = chart.querySelector('.grid'), axis = chart.querySelector('.axis'), cursor = chart.querySelector('.cursor');
  const tools = figure.querySelector('.tools'), range = tools.querySelector('input'), readout = figure.querySelector('.readout');
  const from = Number(chart.dataset.from), span = Number(chart.dataset.span);
  const first = Number(chart.dataset.first), last = Number(chart.dataset.last);
  const height = Number(time.getAttribute('height'));
  const instantOf = x => from + x / 10000 * span;
  const items = all('title', time).map(({ parentNode: element, textContent: text }) => {
    const x = Number(element.getAttribute('x') ?? Number.parseFloat(element.getAttribute('d').slice(1)));
    const row = element.closest('[data-row]')?.dataset.row ?? '';
    return { x, end: x + Number(element.getAttribute('width') ?? 0), slice: element.closest('.slices') !== null, text: row === '' ? text : row + ': ' + text };
  });
  let view = { x: 0, width: 10000 }, moments = [], zoomed = false;
  tools.hidden = readout.hidden = false;

  const percent = x => (x - view.x) / view.width * 100;
  // What a finger or a pixel covers: moments closer to the cursor than this are told.
  const near = () => view.width * 4 / frame.getBoundingClientRect().width;
  const pointAt = x => {
    // Coordinates have one decimal: what is said of the moment itself is no more exact than they are.
    const exact = span / 100000, at = new Date(instantOf(x) + exact / 2).toISOString().slice(11, exact < 1 ? 23 : 19);
    const texts = items.filter(item => item.slice || item.end > item.x ? item.x <= x && x < item.end : Math.abs(item.x - x) <= near()).map(item => item.text);
    cursor.replaceChildren();
    draw(cursor, 'line', { x1: percent(x) + '%', x2: percent(x) + '%', y1: 0, y2: height });
    const list = document.createElement('ul');
    for (const text of ['At ' + at + ' UTC', ...texts.slice(0, 12), ...(texts.length > 12 ? ['and ' + (texts.length - 12) + ' more'] : [])])
      list.appendChild(document.createElement('li')).textContent = text;
    readout.replaceChildren(list);
    return [at, ...texts.slice(0, 12)].join('. ');
  };
  const say = index => {
    if (moments.length > 0) range.setAttribute('aria-valuetext', pointAt(moments[index]));
  };
  const look = (x, width) => {
    const least = Math.max(10 / span * 10000, (last - first) / 1e6);
    width = Math.min(Math.max(width, least), last - first);
    view = { x: Math.min(Math.max(x, first), last - width), width };
    time.setAttribute('viewBox', view.x + ' 0 ' + view.width + ' ' + height);
    const begin = instantOf(view.x), end = instantOf(view.x + view.width);
    const step = STEPS.find(one => (end - begin) / one <= 10) ?? Math.ceil((end - begin) / 10 / DAY) * DAY;
    grid.replaceChildren();
    axis.replaceChildren();
    cursor.replaceChildren();
    for (let at = Math.ceil(begin / step) * step; at <= end; at += step) {
      const tick = (at - from) / span * 10000, place = percent(tick);
      draw(grid, 'line', { x1: tick, x2: tick, y1: 0, y2: height });
      draw(axis, 'text', { class: Math.round(at / step) % 2 === 0 ? 'major' : 'minor', x: place + '%', y: height + 14,
        'text-anchor': place < 4 ? 'start' : place > 96 ? 'end' : 'middle' }, tickLabel(at, step));
    }
    moments = [...new Set(items.map(item => item.x).filter(one => one >= view.x && one <= view.x + view.width))].sort((a, b) => a - b);
    range.max = Math.max(0, moments.length - 1);
    range.disabled = moments.length === 0;
  };
  const zoomAround = (x, factor) => {
    const width = view.width * factor;
    look(x - (x - view.x) / view.width * width, width);
    range.value = Math.max(0, moments.findIndex(one => one >= x));
    say(Number(range.value));
  };
  const reset = () => { look(0, 10000); range.value = 0; say(0); };

  range.addEventListener('input', () => say(Number(range.value)));
  range.addEventListener('focus', () => say(Number(range.value)));
  tools.addEventListener('click', event => {
    const what = event.target.dataset.do, x = moments[range.value] ?? view.x + view.width / 2;
    if (what === 'in') zoomAround(x, .5);
    if (what === 'out') zoomAround(x, 2);
    if (what === 'reset') reset();
  });

  const unitAt = event => {
    const box = frame.getBoundingClientRect();
    return view.x + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * view.width;
  };
  let start = null;
  chart.classList.add('zooming');
  chart.addEventListener('pointerdown', event => {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    start = unitAt(event);
    chart.setPointerCapture(event.pointerId);
  });
  chart.addEventListener('pointermove', event => {
    const x = unitAt(event);
    pointAt(x);
    if (start === null) return;
    const [low, high] = [Math.min(start, x), Math.max(start, x)];
    draw(cursor, 'rect', { x: percent(low) + '%', width: (percent(high) - percent(low)) + '%', y: 0, height });
  });
  chart.addEventListener('pointerup', event => {
    const x = unitAt(event), low = Math.min(start ?? x, x), high = Math.max(start ?? x, x);
    if (start !== null && (high - low) / view.width > .01) look(low, high - low);
    start = null;
    pointAt(x);
    range.value = Math.max(0, moments.findIndex(one => one >= x));
  });
  chart.addEventListener('pointercancel', () => { start = null; });
  chart.addEventListener('dblclick', reset);
  look(0, 10000);
  const begin = time.querySelector('rect.outage');
  const at = begin === null ? 0 : Number(begin.getAttribute('x'));
  range.value = Math.max(0, moments.findIndex(one => one >= at));
  say(Number(range.value));
}
})();
`
