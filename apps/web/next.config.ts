import type { NextConfig } from 'next';

const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  // An address names a study; no other site hears of it.
  { key: 'Referrer-Policy', value: 'same-origin' },
];

const config: NextConfig = {
  // A second build may stand beside a running one.
  distDir: process.env['READROOM_WEB_DIST'] ?? '.next',
  reactStrictMode: true,
  // Types are checked by `npm test`; a first start does not wait for it a second time.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // The gateway is the front door and hands pages through on its own port.
  allowedDevOrigins: ['127.0.0.1', 'localhost'],
  devIndicators: false,
  transpilePackages: ['@readroom/shared'],
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
  webpack: (webpackConfig: { resolve: { fallback?: Record<string, false> } }, { isServer }: { isServer: boolean }) => {
    // Cornerstone's codecs were compiled for Node and browser alike; the browser has no files.
    if (!isServer) webpackConfig.resolve.fallback = { ...webpackConfig.resolve.fallback, fs: false, path: false };
    return webpackConfig;
  },
};

export default config;
