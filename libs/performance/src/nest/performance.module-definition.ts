import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { PerformanceModuleOptions } from '../core/performance-options.js';
import { RAW_PERFORMANCE_OPTIONS } from './performance.tokens.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<PerformanceModuleOptions>({
  optionsInjectionToken: RAW_PERFORMANCE_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
