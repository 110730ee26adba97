import Documents
import Testing

@Suite("Hashes")
struct HashTests {
  @Test("SHA-256 gives the values of FIPS 180-4")
  func sha256() {
    #expect(SHA256.hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SHA256.hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      hexText(SHA256.hash(million))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("SHA-256 does not depend on how the bytes are cut")
  func pieces() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let whole = SHA256.hash(bytes)
    for size in [1, 3, 55, 56, 63, 64, 65, 127, 128] {
      var hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: size) {
        hash.update(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      #expect(hash.finalize() == whole, "pieces of \(size)")
    }
  }

  @Test("SHA-1 gives the values of FIPS 180-4")
  func sha1() {
    #expect(hexText(SHA1.hash("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    let two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    #expect(hexText(SHA1.hash(two.utf8)) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
  }
}
