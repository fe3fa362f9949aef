import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where `npm run dev` sends API calls: the mock (`npm run mock`) unless MARU_URL names a server.
const server_url = process.env.MARU_URL ?? 'http://127.0.0.1:8299';
const proxied = ['/api', '/ajax-api', '/v2', '/get-artifact', '/health', '/model-versions'];

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', assetsDir: 'assets', chunkSizeWarningLimit: 900 },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, server_url])) },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'mock/**/*.test.ts'], environment: 'node' },
});
