import '@fontsource-variable/inter/index.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Providers } from './providers.tsx';

export const metadata: Metadata = { title: 'Readroom', description: 'Radiology worklist', robots: 'noindex' };
export const viewport: Viewport = { colorScheme: 'dark', themeColor: '#0b0d10' };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
