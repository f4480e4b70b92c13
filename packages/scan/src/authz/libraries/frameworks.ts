import { identityMember, type Machine, noteRequest } from '../machine/machine.ts';
import { recordReply } from '../machine/record.ts';
import { type ClassRef, configValue, identityValue, native, unknown, type Value } from '../machine/value.ts';
import { baseName } from '../sources.ts';
import { thinkModelMember } from '../store/think-model.ts';
import { eggApp, eggRoot, serviceContainer } from './containers.ts';
import { parameter } from './requests.ts';
import { thinkConfig, thinkModelOf, thinkServiceOf } from './think.ts';

/** Which framework stands at the top of a chain of classes, by what it extends or else by where the file lies. */
export function frameworkOf(m: Machine, root: Value | undefined, cls: ClassRef): string {
  const named = root?.handle?.kind === 'framework-class' ? String(root.handle.data) : '';
  if (named !== '') return named;
  const file = cls.module.file;
  if (/(^|\/)app\/(controller|service|core|base)\//.test(file) && eggRoot(m) !== undefined && cls.parent) return 'egg';
  if (/(^|\/)controllers?\//.test(file) && cls.node.superClass?.type === 'MemberExpression') return 'think.Controller';
  return '';
}

/** What a framework's base class gives to its instances. */
export function frameworkMember(
  m: Machine,
  root: Value | undefined,
  cls: ClassRef,
  name: string,
  self: Value,
): Value | undefined {
  switch (frameworkOf(m, root, cls)) {
    case 'egg':
      return eggMember(m, name);
    case 'think.Controller':
    case 'think.Logic':
      return thinkControllerMember(m, cls, name, self);
    case 'think.Service':
      return thinkServiceMember(m, cls, name);
    case 'think.Model':
      if (name === 'model') return native(name, (args) => thinkModelOf(m, args[0], cls.module.file));
      return thinkModelMember(m, baseName(cls.module.file), name);
    default:
      return undefined;
  }
}

function eggMember(m: Machine, name: string): Value | undefined {
  switch (name) {
    case 'ctx':
      return m.request.ctx;
    case 'app':
      return eggApp(m);
    case 'service':
      return serviceContainer(m, 'service', m.request.ctx);
    case 'config':
      return configValue;
    case 'logger':
      return unknown;
    case 'success':
    case 'fail':
      return native(name, (args, site) => {
        if (args[0]) recordReply(m, args[0], site.node);
        return unknown;
      });
    default:
      return undefined;
  }
}

function thinkControllerMember(m: Machine, cls: ClassRef, name: string, self: Value): Value | undefined {
  void self;
  const file = cls.module.file;
  switch (name) {
    case 'ctx':
      return m.request.ctx;
    case 'get':
    case 'post':
    case 'param':
    case 'query':
    case 'file':
    case 'header':
      noteRequest(m);
      return native(name, (args, site) =>
        name === 'header' ? { ...parameter(args, site), flags: 1 | 128 } : parameter(args, site),
      );
    case 'cookie':
      return native(name, (args, site) => (args.length > 1 ? unknown : { ...parameter(args, site), flags: 1 | 128 }));
    case 'session':
      return native(name, (args) => (args.length > 1 ? unknown : identityValue));
    case 'model':
      return native(name, (args) => thinkModelOf(m, args[0], file));
    case 'service':
      return native(name, (args) => thinkServiceOf(m, args[0], args[1], file));
    case 'mongo':
      return native(name, (args) => thinkModelOf(m, args[0], file));
    case 'config':
      return native(name, (args) => thinkConfig(m, args[0], file));
    case 'success':
    case 'json':
    case 'fail':
    case 'display':
      return native(name, (args, site) => {
        if (name !== 'fail' && args[0]) recordReply(m, args[0], site.node);
        return { flags: 0, literal: false };
      });
    case 'isPost':
    case 'isGet':
    case 'isAjax':
    case 'ip':
      return unknown;
    default:
      return identityMember(m, name);
  }
}

function thinkServiceMember(m: Machine, cls: ClassRef, name: string): Value | undefined {
  const file = cls.module.file;
  if (name === 'model') return native(name, (args) => thinkModelOf(m, args[0], file));
  if (name === 'service') return native(name, (args) => thinkServiceOf(m, args[0], args[1], file));
  if (name === 'config') return native(name, (args) => thinkConfig(m, args[0], file));
  if (name === 'ctx') return m.request.ctx;
  return undefined;
}
