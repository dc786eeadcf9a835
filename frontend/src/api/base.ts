/**
 * Where the API is (spec 07 §4.4): beside the page, or, for a page opened as a file, on this computer. No other host is ever
 * tried; `VITE_API_BASE` exists for development builds only.
 */
const FILE_MODE_BASE = 'http://localhost:8000/api';

export function apiBase(location: Pick<Location, 'protocol' | 'origin'> = window.location): string {
  if (import.meta.env.DEV && import.meta.env.VITE_API_BASE) return String(import.meta.env.VITE_API_BASE);
  return location.protocol === 'http:' || location.protocol === 'https:'
    ? `${location.origin}/api`
    : FILE_MODE_BASE;
}
