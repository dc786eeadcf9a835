/** The page's notices: a small stack in the corner. Errors stay until dismissed, the rest fades after a few seconds. */
import { createContext, useContext, useSyncExternalStore } from 'react';

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
}

const INFO_MS = 5000;
const MAX_SHOWN = 4;

export class ToastStore {
  #toasts: readonly Toast[] = [];
  #next = 1;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): readonly Toast[] => this.#toasts;

  /** The same words twice are one notice. */
  show(kind: Toast['kind'], text: string): void {
    const id = this.#next++;
    this.#set([...this.#toasts.filter((toast) => toast.text !== text), { id, kind, text }].slice(-MAX_SHOWN));
    if (kind === 'info') setTimeout(() => this.dismiss(id), INFO_MS);
  }

  dismiss(id: number): void {
    this.#set(this.#toasts.filter((toast) => toast.id !== id));
  }

  #set(toasts: readonly Toast[]): void {
    this.#toasts = toasts;
    for (const listener of this.#listeners) listener();
  }
}

export const ToastContext = createContext(new ToastStore());

export function useToasts(): ToastStore {
  return useContext(ToastContext);
}

export function useToastList(): readonly Toast[] {
  const store = useToasts();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
