/** The controls slot of the top bar: a screen fills it without the frame knowing the screen. */
import { createContext, type ReactNode, useContext } from 'react';
import { createPortal } from 'react-dom';

export const ControlsSlot = createContext<HTMLElement | null>(null);

export function TopBarControls({ children }: { children: ReactNode }) {
  const target = useContext(ControlsSlot);
  return target ? createPortal(children, target) : null;
}
