/** What a web gallery does: a view of one portrait by pointer, touch and keyboard, with an address of its own. */
export const GALLERY_SCRIPT = `
const links = [...document.querySelectorAll('li a')];
const root = document.documentElement;
const dialog = document.querySelector('dialog');
const part = (name) => dialog.querySelector(name);
const [stage, large, words, place] = ['.stage', '.view img', '.stage > p', 'output'].map(part);
const [download, whole] = ['[download]', '[data-whole]'].map(part);
/** How much larger than it is a portrait is shown at most. */
const MOST = 3;
const FAR_ENOUGH = 56;
let current = 0;
let hasPushed = false;

const shown = () => Number(/^#(\\d+)$/.exec(location.hash)?.[1]) - 1;

function show(index) {
  current = (index + links.length) % links.length;
  const link = links[current];
  const small = link.querySelector('img');
  const [width, height] = [Number(small.getAttribute('width')), Number(small.getAttribute('height'))];
  large.width = width;
  large.height = height;
  large.style.width = 'min(100cqw, ' + width * MOST + 'px, ' + width / height + ' * 100cqh)';
  large.src = link.href;
  large.alt = small.alt;
  large.style.translate = '';
  words.textContent = link.querySelector('.words')?.textContent ?? '';
  place.value = (current + 1) + ' / ' + links.length;
  if (download) download.href = link.href;
  if (!dialog.open) dialog.showModal();
  for (const step of [1, -1]) new Image().src = links[(current + step + links.length) % links.length].href;
}

function open(index) {
  show(index);
  history.pushState(null, '', '#' + (current + 1));
  hasPushed = true;
}

function step(by) {
  if (links.length < 2) return;
  show(current + by);
  history.replaceState(null, '', '#' + (current + 1));
}

links.forEach((link, index) => link.addEventListener('click', (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(index);
}));
dialog.addEventListener('close', () => {
  if (document.fullscreenElement) document.exitFullscreen();
  if (hasPushed) history.back();
  else if (location.hash) history.replaceState(null, '', location.pathname);
  hasPushed = false;
  links[current]?.focus();
});
addEventListener('popstate', () => {
  const index = shown();
  if (links[index]) show(index);
  else if (dialog.open) {
    hasPushed = false;
    dialog.close();
  }
});
part('[data-close]').addEventListener('click', () => dialog.close());
for (const button of dialog.querySelectorAll('[data-step]')) {
  button.hidden = links.length < 2;
  button.addEventListener('click', () => step(Number(button.dataset.step)));
}

whole.hidden = !document.fullscreenEnabled;
function toggleWhole() {
  if (!document.fullscreenEnabled) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen();
}
whole.addEventListener('click', toggleWhole);
document.addEventListener('fullscreenchange', () => {
  whole.setAttribute('aria-pressed', String(document.fullscreenElement !== null));
});

let from = null;
stage.addEventListener('pointerdown', (event) => {
  from = event.pointerType === 'mouse' || !event.isPrimary ? null : event;
  large.classList.remove('settles');
});
stage.addEventListener('pointermove', (event) => {
  if (from) large.style.translate = (event.clientX - from.clientX) + 'px';
});
function settle(event) {
  if (!from) return;
  const far = event.clientX - from.clientX;
  from = null;
  large.classList.add('settles');
  large.style.translate = '';
  if (event.type === 'pointerup' && Math.abs(far) > FAR_ENOUGH) step(far < 0 ? 1 : -1);
}
stage.addEventListener('pointerup', settle);
stage.addEventListener('pointercancel', settle);

const columns = () => links.filter(({ offsetTop }) => offsetTop === links[0].offsetTop).length;
const MOVES = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => -columns(), ArrowDown: columns };
document.addEventListener('keydown', (event) => {
  const { key } = event;
  if (event.metaKey || event.ctrlKey || event.altKey || links.length === 0) return;
  if (dialog.open) {
    if (key === 'ArrowLeft' || key === 'ArrowRight') step(MOVES[key]());
    else if (key === 'Home') step(-current);
    else if (key === 'End') step(links.length - 1 - current);
    else if (key === 'f') toggleWhole();
    else return;
    event.preventDefault();
    return;
  }
  const at = links.indexOf(document.activeElement);
  if (at === -1 || !MOVES[key]) return;
  links[at + MOVES[key]()]?.focus();
  event.preventDefault();
});

const dark = matchMedia('(prefers-color-scheme: dark)');
const theme = document.querySelector('[data-light]');
theme.hidden = false;
theme.addEventListener('click', () => {
  const now = root.dataset.theme ?? (dark.matches ? 'dark' : 'light');
  root.dataset.theme = now === 'dark' ? 'light' : 'dark';
});

if (links[shown()]) show(shown());
`;
