/* global document */
/** Elements of a page. What they show is text: nothing that comes from a server becomes markup. */
export const byId = (id) => document.getElementById(id);

/** An element with its children; one that is null is left out. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function button(label, { id, className = '', name = null, onPress }) {
  const made = element('button', className, label);
  made.type = 'button';
  made.id = id;
  if (name !== null) made.setAttribute('aria-label', name);
  made.addEventListener('click', () => onPress(made));
  return made;
}

export function link(label, href, className) {
  const made = element('a', className, label);
  made.href = href;
  return made;
}

const painted = new Map();

/**
 * Renders data into an element, unless it shows the same already: what has the focus, and what a person is about to press,
 * stays where it is. Where the focused element was replaced, the one with the same id gets the focus back.
 */
export function paint(id, data, render) {
  const key = JSON.stringify(data);
  if (painted.get(id) === key) return;
  painted.set(id, key);
  const focused = byId(id).contains(document.activeElement) ? document.activeElement.id : '';
  byId(id).hidden = false;
  byId(id).replaceChildren(...render(data).filter((child) => child !== null));
  if (focused !== '') (byId(focused) ?? byId('notice')).focus();
}
