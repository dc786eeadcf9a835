/** Which screens are built. Each is its own chunk; the rest of the menu opens the page that says so. */
import { type ComponentType, lazy } from 'react';

export interface ScreenProps {
  /** Its menu label: title of the screen and of what it exports. */
  title: string;
}

const SCREENS: Readonly<Record<string, ComponentType<ScreenProps>>> = {
  'org-view': lazy(() => import('@/features/org-view/OrgView')),
};

export function screenFor(id: string): ComponentType<ScreenProps> | undefined {
  return SCREENS[id];
}

export function isBuilt(id: string): boolean {
  return id in SCREENS;
}
