// First, so that the components' own rules come after and win.
import './styles/tokens.css';
import './styles/base.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { apiBase } from './api/base';
import { Client } from './api/client';
import { SnapshotFeed } from './api/feed';
import { App } from './app/App';
import { applyTheme } from './app/theme';

applyTheme();

const root = document.getElementById('root');
if (!root) throw new Error('main: the page has no #root element');

const client = new Client(apiBase());
const feed = new SnapshotFeed(client);

createRoot(root).render(
  <StrictMode>
    <App api={{ client, feed }} />
  </StrictMode>,
);
