export type { AllowOption } from './core/address-rules.js';
export type {
  DiscoveryDescription,
  InstanceDescription,
  RegistrationDescription,
  RegistrationState,
  ServiceDescription,
} from './core/description.js';
export type { DiscoveryEvent } from './core/discovery-event.js';
export {
  resolveDiscoveryOptions,
  type ResolvedDiscoveryOptions,
  type ServiceDiscoveryModuleOptions,
} from './core/discovery-options.js';
export type { InstanceFilter } from './core/instance-filter.js';
export type { LiveInstances } from './core/instance-source.js';
export type { Health, RefusedInstance, ReportedInstance, ServiceInstance } from './core/instance.js';
export type { InstancesChange } from './core/instances-change.js';
export type {
  CheckOptions,
  HttpCheck,
  RegisterOptions,
  RegistrationDetails,
  RegistrationRecord,
  SelfRegistrationOptions,
  TcpCheck,
  TtlCheck,
} from './core/registration-options.js';
export type { Registration } from './core/registration.js';
export type { ListenAddress } from './core/registrations.js';
export type { Registry, RegistryContext, RegistryDefinition, RegistryObserver } from './core/registry.js';
export { ServiceDiscovery, type ServiceDiscoveryParts, type WatchOptions } from './core/service-discovery.js';
export { staticRegistry, type StaticInstance } from './core/static-registry.js';
export { ServiceDiscoveryModule } from './nest/service-discovery.module.js';
