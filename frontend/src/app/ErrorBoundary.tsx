import { Component, type ReactNode } from 'react';
import { Button } from '@/components/Button';
import { Notice } from '@/components/Notice';

/** A screen that breaks (or whose code is gone after an update of the service) says so; the frame stays. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <Notice>
        <p>화면을 그리지 못했습니다. 새로 고치면 최신 화면을 다시 받습니다.</p>
        <p>
          <Button icon="refresh" onClick={() => window.location.reload()}>
            새로 고침
          </Button>
        </p>
      </Notice>
    );
  }
}
