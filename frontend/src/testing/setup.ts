/** What jsdom lacks of a browser: enough of it for components to run, none of it pretending to lay anything out. */
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// Screens are loaded on demand, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 8_000 });

afterEach(() => {
  cleanup();
  window.localStorage.clear();
  window.history.replaceState(null, '', '/');
});

HTMLDialogElement.prototype.showModal = function showModal() {
  this.setAttribute('open', '');
  this.querySelector<HTMLElement>('input, button')?.focus();
};
HTMLDialogElement.prototype.close = function close() {
  this.removeAttribute('open');
};

HTMLElement.prototype.showPopover = () => undefined;
HTMLElement.prototype.hidePopover = () => undefined;
HTMLElement.prototype.scrollIntoView = () => undefined;
Element.prototype.scrollTo = () => undefined;

// jsdom does not know the state of popovers; nothing is ever open.
const { matches } = Element.prototype;
Element.prototype.matches = function matchesWithoutPopover(selector: string) {
  return selector === ':popover-open' ? false : matches.call(this, selector);
};

// Virtual lists ask how tall their frame is.
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 600 });
Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, value: 400 });

class ResizeObserverStub implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
window.ResizeObserver = ResizeObserverStub;
