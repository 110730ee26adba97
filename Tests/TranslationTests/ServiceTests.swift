import NSXModel
import Testing
import Translation

/// Services: NSX's entries on the left, ports and protocols on the right.
@Suite struct ServiceTests {
  private func rules(_ entries: String, action: String = "ALLOW", inline: String? = nil) throws
    -> (texts: [String], codes: [String])
  {
    var estate = Estate()
    try estate.service("s", entries)
    try estate.service(
      "t",
      #"[{"resource_type":"NestedServiceServiceEntry","nested_service_path":"/infra/services/s"}]"#)
    let services = inline == nil ? #"["/infra/services/t"]"# : #"["ANY"]"#
    try estate.policy(
      "p",
      rules:
        "[\(rule(1, action: action, #""direction":"IN","services":\#(services),"service_entries":\#(inline ?? "[]")"#))]"
    )
    let result = try estate.translate()
    return (
      result.ruleTexts.map { String($0.dropFirst("in: r1-1001 Allow at pod{}".count)) },
      result.codes
    )
  }

  private func tcp(_ ports: String, from: String = "", _ name: String = "TCP") -> String {
    #"{"resource_type":"L4PortSetServiceEntry","l4_protocol":"\#(name)","destination_ports":[\#(ports)],"source_ports":[\#(from)]}"#
  }

  @Test func entries() throws {
    for (left, right) in [
      (tcp(#""443","80""#), " TCP/80 TCP/443"), (tcp(#""22, 33-70""#), " TCP/22 TCP/33-70"),
      (tcp(#"" 22 ""#), " TCP/22"), (tcp(#""22 - 70""#), " TCP/22-70"),
      (tcp(#""1-65535""#), " TCP/1-65535"), (tcp(#""080""#), " TCP/80"),
      (tcp(#""443""#, "sctp"), " SCTP/443"),
      (tcp(#""80","80""#) + "," + tcp(""), " TCP/*"),
      (tcp(""), " TCP/*"), (tcp(#""0-65535""#), " TCP/*"),
      (tcp("", from: #""53""#, "UDP"), " UDP/* from 53-53"),
      (tcp(#""80""#) + "," + tcp(#""53""#, "UDP"), " TCP/80 UDP/53"),
      (
        #"{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4","icmp_type":8}"#,
        " peers 0.0.0.0/0 ICMP/8/*"
      ),
      (
        #"{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4"},{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv6"}"#,
        " ICMP/*/*"
      ),
      (#"{"resource_type":"IPProtocolServiceEntry","protocol_number":132}"#, " SCTP/*"),
    ] {
      let result = try rules("[\(left)]")
      #expect(result.texts == [right] && result.codes.isEmpty, "\(left)")
    }
  }

  @Test func mixedICMPStandsInARuleOfItsOwn() throws {
    let icmp = #"{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv6","icmp_type":128}"#
    let result = try rules("[\(tcp(#""80""#)),\(icmp)]")
    #expect(result.texts.count == 2)
    #expect(result.texts.first == " TCP/80")
  }

  @Test func inlineEntriesRestrictAny() throws {
    #expect(try rules("[]", inline: "[\(tcp(#""8080""#))]").texts == [" TCP/8080"])
  }

  @Test func refusedEntries() throws {
    for (left, code) in [
      (
        #"{"resource_type":"ALGTypeServiceEntry","alg":"FTP","destination_ports":["21"]}"#,
        "alg-service"
      ),
      (#"{"resource_type":"IPProtocolServiceEntry","protocol_number":47}"#, "ip-protocol-service"),
      (#"{"resource_type":"EtherTypeServiceEntry","ether_type":2048}"#, "ether-type-service"),
      (#"{"resource_type":"NewServiceEntry"}"#, "unknown-service"),
      (
        #"{"resource_type":"NestedServiceServiceEntry","nested_service_path":"/infra/services/t"}"#,
        "service-cycle"
      ),
      (tcp(#""70000""#), "invalid-port"), (tcp(#""9-3""#), "invalid-port"),
      (tcp(#""80""#, "DCCP"), "unknown-service"), (tcp(#""80""#, ""), "unknown-service"),
      (tcp(#""0""#), "invalid-port"), (tcp(#""0-80""#), "invalid-port"),
      (tcp(#""65536""#), "invalid-port"), (tcp(#""8 0""#), "invalid-port"),
      (tcp(#""80,,90""#), "invalid-port"), (tcp(#""""#), "invalid-port"),
      (tcp(#""+80""#), "invalid-port"), (tcp(#""1-2-3""#), "invalid-port"),
      (#"{"resource_type":"IPProtocolServiceEntry"}"#, "ip-protocol-service"),
      (#"{"resource_type":"IPProtocolServiceEntry","protocol_number":256}"#, "ip-protocol-service"),
      (#"{"resource_type":"ICMPTypeServiceEntry","icmp_type":8}"#, "unknown-service"),
      (
        #"{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4","icmp_type":256}"#,
        "invalid-icmp"
      ),
      (
        #"{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4","icmp_code":0}"#,
        "invalid-icmp"
      ),
      (#"{"resource_type":"ALGTypeServiceEntry","alg":"FTP"}"#, "invalid-port"),
      (
        #"{"resource_type":"ALGTypeServiceEntry","alg":"SIP","destination_ports":["5060"]}"#,
        "unknown-service"
      ),
      (
        #"{"resource_type":"NestedServiceServiceEntry","nested_service_path":"/infra/services/x"}"#,
        "dangling-service"
      ),
    ] {
      let result = try rules("[\(left)]")
      #expect(result.texts.isEmpty && result.codes == [code], "\(left)")
    }
  }

  @Test func algIsItsControlPortWhereTheRuleDenies() throws {
    let ftp = #"{"resource_type":"ALGTypeServiceEntry","alg":"FTP","destination_ports":["21"]}"#
    #expect(try rules("[\(ftp)]", action: "DROP").texts.first?.hasSuffix("TCP/21") == true)
  }
}
