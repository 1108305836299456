import { button, element } from '../dom.js';
import { methodName } from '../format.js';
import { text } from '../language.js';

/** The saved cards: which one renewals charge, and what may be done with each. `may` has the allowed commands. */
function methodElement({ method, may }, index, onPress) {
  const name = methodName(method);
  const makeDefault =
    may.set_default && method.usable && !method.default
      ? button(text('methods.make_default'), {
          id: `default-${index}`,
          className: 'link',
          name: text('methods.make_default_named', { method: name }),
          onPress: () => onPress({ name: 'make_default', method }),
        })
      : null;
  const unlink = may.unlink
    ? button(text('methods.unlink'), {
        id: `unlink-${index}`,
        className: 'link quiet',
        name: text('methods.unlink_named', { method: name }),
        onPress: () => onPress({ name: 'unlink', method }),
      })
    : null;
  const badge = method.default
    ? element('span', 'badge', text('methods.default'))
    : method.usable
      ? null
      : element('span', 'badge bad', text('methods.dead'));
  return element(
    'li',
    '',
    element('span', 'method', element('span', 'digits', name), badge),
    element('span', 'links', makeDefault, unlink),
  );
}

export function renderMethods({ methods, may }, onPress) {
  const add = may.bind
    ? button(text('methods.add'), { id: 'add-card', className: 'plain', onPress: () => onPress({ name: 'add_card' }) })
    : null;
  return [
    element('h2', '', text('methods.title')),
    methods.length === 0
      ? element('p', 'quiet', text('methods.none'))
      : element('ul', 'lines', ...methods.map((method, index) => methodElement({ method, may }, index, onPress))),
    add === null ? null : element('div', 'actions', add),
  ];
}
