/* global document */
import { byId, button, element } from '../dom.js';
import { text } from '../language.js';

/**
 * Asks before a command is sent. Resolves to whether it shall be. The way back is first in the order of the keyboard and has
 * the focus, and Escape takes it. `content` are elements; `submit.onPress` may refuse by `false`, and the dialog stays open.
 */
export function askFirst({ title, content, back, submit }) {
  const heading = element('h2', '', title);
  heading.id = 'dialog-title';
  const box = element('div', '', ...content);
  box.id = 'dialog-text';
  const dialog = element('dialog', '', heading, box);
  dialog.setAttribute('aria-labelledby', heading.id);
  dialog.setAttribute('aria-describedby', box.id);
  const focused = document.activeElement;
  return new Promise((resolve, reject) => {
    /** At once, and not by the event of the close, which comes later: what is pressed in between would be lost. */
    function end(isAgreed) {
      if (!dialog.isConnected) return;
      dialog.close();
      dialog.remove();
      // What was pressed may have been painted anew meanwhile.
      (byId(focused.id) ?? byId('notice')).focus();
      resolve(isAgreed);
    }
    async function confirm(pressed) {
      pressed.disabled = true;
      const isAgreed = (await submit.onPress?.()) ?? true;
      pressed.disabled = false;
      if (isAgreed) end(true);
    }
    const goBack = button(back ?? text('dialog.back'), {
      id: 'dialog-back',
      className: submit.leaves ? '' : 'plain',
      onPress: () => end(false),
    });
    const goOn = button(submit.label, {
      id: 'dialog-submit',
      className: submit.leaves ? 'plain' : '',
      onPress: (pressed) =>
        void confirm(pressed).catch((error) => {
          reject(error);
          end(false);
        }),
    });
    dialog.append(element('div', 'actions', goBack, goOn));
    // Escape. A browser closes by itself where a page refuses that twice.
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      end(false);
    });
    dialog.addEventListener('close', () => end(false));
    document.body.append(dialog);
    dialog.showModal();
    goBack.focus();
  });
}

export const paragraphs = (sentences) => sentences.map((sentence) => element('p', '', sentence));
