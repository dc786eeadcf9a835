/**
 * One tooltip for the page: whatever carries `data-tip` shows it on hover and on keyboard focus. With `data-tip-when="cut"`
 * only when the text does not fit. Placed through the CSSOM, so that a strict style policy holds.
 */
import { useEffect, useRef } from 'react';
import styles from './Tooltip.module.css';

const HOVER_DELAY_MS = 350;
const GAP = 4;
const MARGIN = 8;

export function TooltipLayer() {
  const layer = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const tip = layer.current;
    if (!tip) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let owner: HTMLElement | undefined;

    const hide = () => {
      clearTimeout(timer);
      owner = undefined;
      if (tip.matches(':popover-open')) tip.hidePopover();
    };
    const show = (target: HTMLElement) => {
      const text = target.dataset.tip;
      if (!text || !target.isConnected) return;
      if (target.dataset.tipWhen === 'cut' && target.scrollWidth <= target.clientWidth) return;
      tip.textContent = text;
      // The popover's place is the top layer: it must be shown again to lie above a dialog opened since.
      if (!tip.matches(':popover-open')) tip.showPopover();
      const box = target.getBoundingClientRect();
      const own = tip.getBoundingClientRect();
      const below = box.bottom + GAP + own.height <= window.innerHeight - MARGIN;
      const left = Math.max(MARGIN, Math.min(box.left, window.innerWidth - own.width - MARGIN));
      tip.style.left = `${left}px`;
      tip.style.top = `${below ? box.bottom + GAP : Math.max(MARGIN, box.top - own.height - GAP)}px`;
    };
    const find = (event: Event) =>
      (event.target as Element | null)?.closest?.<HTMLElement>('[data-tip]') ?? undefined;

    const onOver = (event: PointerEvent) => {
      const target = find(event);
      if (target === owner) return;
      hide();
      if (!target || event.pointerType === 'touch' || event.buttons !== 0) return;
      owner = target;
      timer = setTimeout(() => show(target), HOVER_DELAY_MS);
    };
    const onFocus = (event: FocusEvent) => {
      const target = find(event);
      hide();
      if (target?.matches(':focus-visible')) show(target);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };

    document.addEventListener('pointerover', onOver);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', hide);
    document.addEventListener('scroll', hide, true);
    document.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', onOver);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('scroll', hide, true);
      document.removeEventListener('keydown', onKey);
    };
  }, []);

  return <div ref={layer} popover="manual" role="tooltip" className={styles.tip} />;
}
