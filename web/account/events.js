/* global EventSource */
import { byId, element } from '../dom.js';
import { clockTime } from '../format.js';
import { text } from '../language.js';
import { userId } from '../user-id.js';

/** The events of the visitor as other services read them. Each is news of the account, too. */
const shownMax = 200;

/** A long name may break after a dot, and nowhere else. */
const breakable = (name) => name.split(/(?<=\.)/).flatMap((part) => [part, element('wbr', '')]);

function eventElement({ topic, type, time, sequence, data }) {
  return element(
    'details',
    '',
    element(
      'summary',
      '',
      element('span', `dot ${topic.split('.')[1] ?? ''}`),
      element('strong', '', ...breakable(type.replace(/^cinema\.billing\.|\.v\d+$/g, ''))),
      clockTime(time),
    ),
    element('pre', '', JSON.stringify(data, null, 2)),
    element('p', 'quiet origin', text('events.origin', { topic, sequence: sequence ?? '–' })),
  );
}

function show(event) {
  const key = `event-${event.topic}-${event.id}`;
  if (byId(key) !== null) return;
  const item = element('li', '', eventElement(event));
  item.id = key;
  item.dataset.sequence = event.sequence ?? '0';
  byId('no-events').hidden = true;
  // Topics are read side by side: the sequence says what came first, not the order of arrival.
  const older = [...byId('events').children].find(({ dataset }) => Number(dataset.sequence) < Number(event.sequence));
  byId('events').insertBefore(item, older ?? null);
  while (byId('events').children.length > shownMax) byId('events').lastElementChild.remove();
}

export function listen(onEvent) {
  const source = new EventSource(`/dev/events?user=${userId()}`);
  const live = byId('live');
  source.addEventListener('open', () => {
    live.textContent = text('events.live');
    live.className = 'badge good';
  });
  source.addEventListener('error', () => {
    live.textContent = text('events.down');
    live.className = 'badge';
  });
  source.addEventListener('message', ({ data }) => {
    show(JSON.parse(data));
    onEvent();
  });
}
