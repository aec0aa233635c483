import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { MemoryModuleOptions } from '../core/memory-options.js';
import { RAW_OPTIONS } from './memory.tokens.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<MemoryModuleOptions>({
  optionsInjectionToken: RAW_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
