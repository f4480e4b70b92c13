import { describe, expect, it } from 'vitest';
import { rulesIn } from '../testing.ts';
import { textPatterns } from './run.ts';

const detectors = [textPatterns];

describe('bad', () => {
  it.each([
    ['MP-CRY-001', 'A.java', 'String h = DigestUtils.md5Hex(password + salt);'],
    ['MP-CRY-001', 'A.java', 'matcher.setHashAlgorithmName("md5");'],
    ['MP-CRY-001', 'a.php', "<?php $row['pwd'] = md5($password);"],
    ['MP-CRY-001', 'a.py', 'h = hashlib.md5(password.encode()).hexdigest()'],
    ['MP-CRY-001', 'A.java', 'if (!user.getPassword().equals(form.getPassword())) throw new Wrong();'],
    ['MP-CRY-001', 'a.php', "<?php if ($row['password'] !== $password) { return 0; }"],
    ['MP-CRY-001', 'a.py', "if user and user['password'] == password:\n    return 1"],
    ['MP-CRY-002', 'A.java', 'new SecretKeySpec("Zx81kqWe0rTy5uIo".getBytes(), "AES")'],
    ['MP-CRY-002', 'A.java', 'Cipher c; static final String AES_KEY = "Zx81kqWe0rTy5uIo";'],
    ['MP-CRY-003', 'A.java', 'String code = ""; for (;;) code += new Random().nextInt(10);'],
    [
      'MP-CRY-003',
      'A.java',
      'String getRandomNum(int n) { return "" + new Random().nextInt(n); } void send() { String smsCode = getRandomNum(6); }',
    ],
    ['MP-CRY-003', 'a.php', '<?php $verify_code = mt_rand(1000, 9999);'],
    ['MP-CRY-003', 'a.php', '<?php\nfunction send($mobile) {\n  $code = rand(1000, 9999);\n  sms($mobile, $code);\n}'],
    ['MP-API-006', 'A.java', 'return JWT.create().withClaim("uid", id).sign(algorithm);'],
    ['MP-API-006', 'a.php', "<?php return JWT::encode(['uid' => $id], $key);"],
    ['MP-API-007', 'a.py', 'jwt.decode(token, options={"verify_signature": False})'],
    ['MP-INJ-005', 'A.java', 'Document d = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);'],
    ['MP-CFG-001', 'A.java', 'http.csrf().disable().formLogin();'],
    ['MP-CFG-003', 'A.java', 'c.addAllowedOrigin("*"); c.setAllowCredentials(true);'],
    ['MP-LOG-003', 'a.php', "<?php return ['app_debug' => true];"],
  ])('%s %s %s', (rule, path, text) => expect(rulesIn(detectors, text, path)).toEqual([rule]));
});

describe('good and trap', () => {
  it.each([
    ['A.java', 'String h = passwordEncoder.encode(password);', 'slow hash'],
    ['A.java', 'String sign = DigestUtils.md5Hex(stringSignTemp);', 'signature'],
    ['a.php', '<?php $h = password_hash($password, PASSWORD_DEFAULT);', 'slow hash'],
    ['A.java', 'Cipher c; static final String CACHE_KEY = "shop:user:cache1";', 'name of a cache'],
    [
      'A.java',
      'String getRandomNum(int n) { return "" + new Random().nextInt(n); } void order() { String orderSn = getRandomNum(6); }',
      'order number',
    ],
    ['a.php', '<?php\nfunction token() {\n  $order_sn = date(1) . rand(1000, 9999);\n}', 'order number'],
    ['A.java', '// new Random() for the captcha', 'comment'],
    ['A.java', 'return JWT.create().withExpiresAt(end).sign(algorithm);', 'expires'],
    [
      'A.java',
      'f = DocumentBuilderFactory.newInstance(); f.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);',
      'entities off',
    ],
    ['A.java', 'http.csrf().disable().sessionManagement().sessionCreationPolicy(STATELESS);', 'no cookies'],
    ['A.java', 'c.addAllowedOrigin("*");', 'no credentials'],
    ['A.java', 'String p = md5.of(form.getPassword()); if (!user.getPassword().equals(p)) throw new Wrong();', 'hashed before'],
    ['A.java', 'if (!form.getPassword().equals(form.getConfirmPassword())) throw new Differ();', 'typed twice'],
    ['A.java', 'if (!encoder.matches(password, user.getPassword())) throw new Wrong();', 'library compares'],
    ['a.php', "<?php $password = crypt($password, $salt); if ($row['password'] != $password) { return 0; }", 'hashed before'],
    ['a.php', "<?php if ($data['password'] != $data['repeat_password']) { return 0; }", 'typed twice'],
    ['a.py', "if check_password_hash(user['password'], password):\n    return 1", 'library compares'],
    ['a.py', "if data['password'] == data['password2']:\n    return 1", 'typed twice'],
    ['a.py', 'if settings.password == None:\n    return 1', 'whether there is one'],
    ['test/A.java', 'String h = DigestUtils.md5Hex(password);', 'test'],
  ])('%s %s (%s)', (path, text) => expect(rulesIn(detectors, text, path)).toEqual([]));

  it('stands hostile text', () => {
    expect(rulesIn(detectors, `md5(${'('.repeat(50_000)}`, 'a.php')).toEqual([]);
    expect(rulesIn(detectors, `$${'a'.repeat(40)}${'>password == $'.repeat(5_000)}`, 'a.php')).toEqual([]);
    expect(rulesIn(detectors, `${'x.password '.repeat(10_000)}`, 'a.py')).toEqual([]);
    expect(rulesIn(detectors, `new Random(${'a = '.repeat(20_000)}`, 'A.java')).toEqual([]);
  });
});
