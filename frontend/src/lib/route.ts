/**
 * The hash router: `#<screen id>?key=value…`. The URL is the only home of screen state, so reload, Back, Forward and a
 * pasted address restore it (spec 07 §4.3). Hash ids are bookmarks and stay valid forever.
 */
import { useSyncExternalStore } from 'react';

export interface Route {
  /** Screen id without `#`; empty when the address has none. */
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
}

export function parseHash(hash: string): Route {
  const text = hash.startsWith('#') ? hash.slice(1) : hash;
  const cut = text.indexOf('?');
  const rawId = cut < 0 ? text : text.slice(0, cut);
  const params: Record<string, string> = {};
  if (cut >= 0) {
    for (const [key, value] of new URLSearchParams(text.slice(cut + 1))) {
      if (value !== '') params[key] = value;
    }
  }
  return { id: decode(rawId), params };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Empty and undefined parameters are left out, so that a default state is a clean address. */
export function buildHash(id: string, params: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(key, value);
  }
  const text = query.toString();
  return text === '' ? `#${id}` : `#${id}?${text}`;
}

const listeners = new Set<() => void>();

function emit(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    window.addEventListener('hashchange', emit);
    window.addEventListener('popstate', emit);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.removeEventListener('hashchange', emit);
      window.removeEventListener('popstate', emit);
    }
  };
}

let parsed: { hash: string; route: Route } | undefined;

/** The route of the address bar; the same object while the hash is unchanged. */
export function currentRoute(): Route {
  const { hash } = window.location;
  if (parsed?.hash !== hash) parsed = { hash, route: parseHash(hash) };
  return parsed.route;
}

export interface NavigateOptions {
  /** Rewrites the current history entry: corrections and typing, which Back should not step through. */
  replace?: boolean;
  /** The entry opens something laid over the screen (a sheet); {@link closeOverlay} goes back over it. */
  overlay?: boolean;
}

interface EntryState {
  overlay?: boolean;
}

export function navigate(
  id: string,
  params: Readonly<Record<string, string | undefined>> = {},
  options: NavigateOptions = {},
): void {
  const hash = buildHash(id, params);
  if (hash === window.location.hash) return;
  const state: EntryState = { overlay: options.overlay ?? false };
  if (options.replace) window.history.replaceState(window.history.state ?? state, '', hash);
  else window.history.pushState(state, '', hash);
  emit();
}

/**
 * Closes what an `overlay` entry opened: one step back if this page pushed it, otherwise (a pasted address) the entry is
 * rewritten to `fallback`.
 */
export function closeOverlay(id: string, fallback: Readonly<Record<string, string | undefined>>): void {
  const state = window.history.state as EntryState | null;
  if (state?.overlay) window.history.back();
  else navigate(id, fallback, { replace: true });
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}
