import Documents

extension JSONReader {
  /// Reads the attributes of a context profile or of an L7 access entry.
  ///
  /// - Parameter names: gets the members that nothing is known about, each with
  ///   the place of its attribute.
  mutating func attributes(noting names: inout [String]) throws -> [ContextAttribute] {
    var list: [ContextAttribute] = []
    try readArray { reader in
      var unknown: [String] = []
      list.append(try reader.attribute(noting: &unknown))
      let place = list.count - 1
      for name in unknown where names.count < KnownMembers.maximumNames {
        names.append("attributes[\(place)].\(name)")
      }
    }
    return list
  }

  private mutating func attribute(noting unknown: inout [String]) throws -> ContextAttribute {
    var attribute = ContextAttribute(key: "", values: [])
    try readMembers { key, reader in
      switch key {
      case "key": attribute.key = try reader.readString()
      case "value": attribute.values = try reader.strings()
      case "sub_attributes": attribute.subAttributes = try reader.subAttributes()
      // What they say only counts for keys that are refused anyway, or nothing.
      case "datatype", "isALGType", "custom_url_partial_match", "metadata", "attribute_source":
        try reader.skip()
      default: try reader.skip(key, noting: &unknown)
      }
    }
    return attribute
  }

  private mutating func subAttributes() throws -> [String] {
    var list: [String] = []
    try readArray { reader in
      var name = ""
      try reader.readMembers { key, reader in
        if case "key" = key { name = try reader.readString() } else { try reader.skip() }
      }
      list.append(name)
    }
    return list
  }

  /// Reads the entries of an L7 access profile.
  mutating func accessEntries(noting names: inout [String]) throws -> [L7AccessEntry] {
    var list: [L7AccessEntry] = []
    try readArray { reader in
      var unknown: [String] = []
      list.append(try reader.accessEntry(noting: &unknown))
      let place = list.count - 1
      for name in unknown where names.count < KnownMembers.maximumNames {
        names.append("l7_access_entries[\(place)].\(name)")
      }
    }
    return list
  }

  private mutating func accessEntry(noting unknown: inout [String]) throws -> L7AccessEntry {
    var entry = L7AccessEntry(action: nil, attributes: [])
    try readMembers { key, reader in
      switch key {
      case "action": entry.action = L7AccessAction(try reader.readString())
      case "attributes": entry.attributes = try reader.attributes(noting: &unknown)
      case "disabled": entry.isDisabled = try reader.readBool()
      // Entries that all allow have no order; others are refused. Logs are not
      // verdicts.
      case "sequence_number", "logged": try reader.skip()
      default: try reader.skip(key, noting: &unknown)
      }
    }
    return entry
  }
}
