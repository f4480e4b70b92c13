import '../app/zod-settings.ts';
import './learn.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LearnApp } from './app.tsx';
import { WordsProvider } from './language.tsx';

const place = document.getElementById('root');
if (place === null) throw new TypeError('the page has no #root');
createRoot(place).render(
  <StrictMode>
    <WordsProvider>
      <LearnApp />
    </WordsProvider>
  </StrictMode>,
);
