export { defineConfig, type BenchConfig, type EnvolConfig } from './config/config.js';
